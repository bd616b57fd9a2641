-- Employers as they registered themselves. Several may stand under one tax code, for whoever writes it
-- first does not own it; the province verifies one of them.
CREATE TABLE employers (
    id TEXT NOT NULL PRIMARY KEY,
    tax_code TEXT NOT NULL,
    name TEXT NOT NULL,
    search TEXT NOT NULL,               -- name and tax code as a search key
    address TEXT NOT NULL,
    commune_code TEXT NOT NULL,         -- as of the day of registration
    representative TEXT NOT NULL,
    phone TEXT NOT NULL,
    registered_at TIMESTAMP NOT NULL,
    verified_at TIMESTAMP,
    proof TEXT,                         -- what the province has seen
    locked_at TIMESTAMP,
    locked_because TEXT,
    merged_into TEXT REFERENCES employers (id),
    merged_because TEXT,
    claim_on TEXT REFERENCES employers (id), -- another stood under the tax code already
    settled_as TEXT,                    -- how the claim was decided
    settled_because TEXT
);
CREATE UNIQUE INDEX employers_verified ON employers (tax_code) WHERE verified_at IS NOT NULL;
CREATE INDEX employers_by_tax_code ON employers (tax_code, id);
CREATE INDEX employers_by_commune ON employers (commune_code, id);
CREATE INDEX employers_by_merge ON employers (merged_into);
CREATE INDEX employers_by_claim ON employers (claim_on);

-- Who acts for an employer, over time.
CREATE TABLE employer_people (
    employer_id TEXT NOT NULL REFERENCES employers (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
    since TIMESTAMP NOT NULL,
    until TIMESTAMP,
    reason TEXT,
    PRIMARY KEY (employer_id, account_id, since)
);
CREATE UNIQUE INDEX employer_people_now ON employer_people (account_id, employer_id) WHERE until IS NULL;

-- What somebody typed whose address is not proven yet; it goes when the link is used or too old.
CREATE TABLE employer_registrations (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,                -- in its normal form
    password_hash TEXT NOT NULL,
    language TEXT NOT NULL,
    content TEXT NOT NULL,              -- the employer, JSON
    asked_at TIMESTAMP NOT NULL
);
CREATE INDEX employer_registrations_by_time ON employer_registrations (asked_at);

CREATE TABLE employer_invitations (
    id TEXT NOT NULL PRIMARY KEY,
    employer_id TEXT NOT NULL REFERENCES employers (id),
    email TEXT NOT NULL,                -- in its normal form
    full_name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
    invited_by TEXT NOT NULL REFERENCES accounts (id),
    made_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    settled_at TIMESTAMP,
    settled_as TEXT                     -- accepted, declined or withdrawn
);
CREATE INDEX employer_invitations_by_employer ON employer_invitations (employer_id, id);
CREATE INDEX employer_invitations_by_email ON employer_invitations (email, expires_at);

-- Another address that somebody wants for their account, until it is proven.
CREATE TABLE email_changes (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    email TEXT NOT NULL,                -- in its normal form
    asked_at TIMESTAMP NOT NULL
);
CREATE INDEX email_changes_by_account ON email_changes (account_id, asked_at);

-- Links that are good once and do something else than those of accounts; each copy of the mail has a
-- secret of its own.
CREATE TABLE action_links (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    subject_id TEXT NOT NULL,           -- the registration, invitation or change
    message_id TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX action_links_by_message ON action_links (message_id);
CREATE INDEX action_links_by_subject ON action_links (subject_id);
CREATE TABLE action_link_secrets (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    link_id TEXT NOT NULL REFERENCES action_links (id),
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX action_link_secrets_by_link ON action_link_secrets (link_id);
