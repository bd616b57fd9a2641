-- Who a person is at an OpenID provider. The provider's own name for them may be an identity number: only
-- a keyed hash of it is here.
CREATE TABLE identities (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    provider TEXT NOT NULL,             -- as the settings called it when it was linked
    issuer TEXT NOT NULL,
    subject_hash TEXT NOT NULL,
    two_factors BOOLEAN NOT NULL,       -- whether the provider vouched for two when it was last used
    linked_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    UNIQUE (issuer, subject_hash)
);
CREATE INDEX identities_by_account ON identities (account_id, linked_at);

-- Who was sent to a provider, until they come back: once, within minutes, with the same browser.
CREATE TABLE oidc_visits (
    state_hash TEXT NOT NULL PRIMARY KEY,
    browser_hash TEXT NOT NULL,
    provider TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('sign_in', 'link', 'accept_invitation')),
    session_id TEXT,                    -- of whoever links,
    link_id TEXT,                       -- or the invitation that is accepted
    return_to TEXT,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX oidc_visits_by_end ON oidc_visits (expires_at);
