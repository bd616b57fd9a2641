-- The account of a person. Nothing secret is here in plain: passwords as argon2id, the secret of the
-- authenticator app sealed, everything else that is shown to sign in as a hash.
CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,         -- in its normal form
    full_name TEXT NOT NULL,
    phone TEXT,
    language TEXT NOT NULL,
    password_hash TEXT,                 -- none until its holder has chosen one
    status TEXT NOT NULL CHECK (status IN ('unproven', 'active', 'locked')),
    created_at TIMESTAMP NOT NULL,
    proven_at TIMESTAMP,                -- when its holder showed that the address is theirs
    locked_at TIMESTAMP,
    totp_secret TEXT,                   -- sealed; codes are asked for where there is one
    totp_last_step BIGINT,              -- no code of this step, or of one before it, is taken
    totp_pending TEXT                   -- sealed; offered, and not confirmed yet
);

-- For whoever lost the telephone; a row goes when its code is used.
CREATE TABLE recovery_codes (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    code_hash TEXT NOT NULL,
    PRIMARY KEY (account_id, code_hash)
);

-- A time for which a person is signed in on a device.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    secret_hash TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,                 -- decides the time limits
    post_id TEXT,                       -- in what the person acts: a post,
    tax_code TEXT,                      -- or an employer
    device_name TEXT,
    created_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,         -- to the minute
    good_until TIMESTAMP NOT NULL,      -- by both limits, from seen_at
    ended_at TIMESTAMP
);
CREATE INDEX sessions_by_account ON sessions (account_id, created_at);
CREATE INDEX sessions_by_end ON sessions (good_until);

-- Devices that have signed in before: strangers who guess cannot make them wait.
CREATE TABLE known_devices (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    seen_at TIMESTAMP NOT NULL
);
CREATE INDEX known_devices_by_account ON known_devices (account_id);

-- Links that are good once; each copy of the mail has a secret of its own.
CREATE TABLE account_links (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('prove_email', 'reset_password', 'invitation')),
    message_id TEXT,                    -- the mail that carries it; none where an operator hands it over
    made_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX account_links_by_account ON account_links (account_id, made_at);
CREATE INDEX account_links_by_message ON account_links (message_id);
CREATE TABLE account_link_secrets (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    link_id TEXT NOT NULL REFERENCES account_links (id),
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX account_link_secrets_by_link ON account_link_secrets (link_id);

-- Wrong tries, by a keyed hash of whose and from where.
CREATE TABLE sign_in_tries (
    bucket TEXT NOT NULL PRIMARY KEY,
    wrong INTEGER NOT NULL,
    last_at TIMESTAMP NOT NULL
);
CREATE INDEX sign_in_tries_by_time ON sign_in_tries (last_at);
