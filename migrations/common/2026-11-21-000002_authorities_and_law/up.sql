-- Which organisation holds which role, where and when, and how it is reached.
CREATE TABLE authorities (
    authority_id TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('country', 'province', 'district', 'commune')),
    territory_code TEXT NOT NULL,   -- as in force on valid_from; 'VN' for the country
    valid_from DATE NOT NULL,
    valid_to DATE,                  -- exclusive; empty is open
    emails TEXT NOT NULL,           -- one or more, separated by ';'
    phone TEXT NOT NULL,
    escalates_to TEXT,              -- an authority_id
    sectors TEXT NOT NULL,          -- special sectors of a line ministry, separated by ';'
    PRIMARY KEY (authority_id, valid_from)
);

-- The law as dated rows: every class, recipient, form, level, limit, holiday and value, with its article.
CREATE TABLE law_rules (
    rule_id TEXT NOT NULL,
    decides TEXT NOT NULL,
    rank INTEGER NOT NULL,
    key TEXT NOT NULL,
    facts TEXT NOT NULL,
    outcome TEXT NOT NULL,
    days INTEGER,
    date_basis TEXT NOT NULL CHECK (date_basis IN ('occurred', 'received', 'step')),
    valid_from DATE NOT NULL,
    valid_to DATE,                  -- exclusive; empty is open
    article TEXT NOT NULL,
    confidence TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (rule_id, valid_from)
);

-- Who may call the service. The secret itself is never stored.
CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('employer', 'commune', 'inspector', 'police', 'ministry', 'operator')),
    province_code TEXT,
    commune_code TEXT,
    tax_code TEXT,
    name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    last_used_at TIMESTAMP
);
