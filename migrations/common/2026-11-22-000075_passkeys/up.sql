-- Passkeys (WebAuthn): public keys with which people sign in. Nothing here is secret.
CREATE TABLE passkeys (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    credential_id TEXT NOT NULL UNIQUE, -- by which the authenticator calls it, as base64url
    credential TEXT NOT NULL,           -- the public key and what it was registered with
    counter BIGINT NOT NULL,            -- of its last use; one that does not count stays at 0
    name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX passkeys_by_account ON passkeys (account_id, created_at);

-- What authenticators are asked to sign: good once, for a short time, at whichever process.
CREATE TABLE passkey_challenges (
    challenge_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT REFERENCES accounts (id), -- who registers; none where somebody signs in
    state TEXT NOT NULL,                -- what the answer is checked against
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX passkey_challenges_by_end ON passkey_challenges (expires_at);

-- By what somebody showed who they are when the session began. Until now: a password, and the code of an
-- app where the account had one.
ALTER TABLE sessions ADD COLUMN proof TEXT NOT NULL DEFAULT 'password';
UPDATE sessions SET proof = 'totp'
    WHERE account_id IN (SELECT id FROM accounts WHERE totp_secret IS NOT NULL);
