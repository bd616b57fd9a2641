-- One accident (vụ tai nạn): what is known of it now, and where its investigation stands.
CREATE TABLE cases (
    id TEXT NOT NULL PRIMARY KEY,
    receipt_no TEXT NOT NULL UNIQUE,
    status TEXT NOT NULL,
    case_class TEXT NOT NULL CHECK (case_class IN ('FATAL', 'MULTI_SERIOUS', 'UNCLEAR', 'SINGLE_SERIOUS', 'LIGHT')),
    kind TEXT NOT NULL CHECK (kind IN ('accident', 'technical_incident')),
    sector TEXT NOT NULL,
    level TEXT NOT NULL,
    occurred_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    due_at TIMESTAMP NOT NULL,          -- nearest running legal limit; the year 9999 where none runs
    closed_at TIMESTAMP,
    ended_because TEXT,                 -- why the case ended other than by its investigation
    place_code TEXT NOT NULL,           -- the commune as of the accident (RT-1), never re-pointed
    place_valid_from DATE,              -- empty for accidents abroad
    commune_code TEXT NOT NULL,         -- today's commune and province, for queues and filters
    province_code TEXT NOT NULL,
    place_name TEXT NOT NULL,
    establishment_name TEXT,
    establishment_tax_code TEXT,
    dead INTEGER NOT NULL,
    serious INTEGER NOT NULL,
    light INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    assigned_to TEXT,
    version INTEGER NOT NULL,
    -- The long ones stand last: SQLite reads through whatever stands before a column.
    search_key TEXT NOT NULL,
    facts TEXT NOT NULL,                -- JSON: the declaration with all its supplements, as it now stands
    decision TEXT NOT NULL              -- JSON: what the law says of these facts, with its bases
);
CREATE INDEX cases_open_by_due ON cases (due_at, id) WHERE closed_at IS NULL;
CREATE INDEX cases_by_received ON cases (received_at, id);
CREATE INDEX cases_by_place_and_time ON cases (commune_code, occurred_at);
CREATE INDEX cases_by_province ON cases (province_code, due_at, id);

-- Who sees a case: 'L19' the labour authority of province 19, 'C02008' the commune, 'P02008' its
-- police, 'P19' the police of the province. One row for each, so that a queue is one index range.
CREATE TABLE case_audiences (
    audience TEXT NOT NULL,
    case_id TEXT NOT NULL REFERENCES cases (id),
    due_at TIMESTAMP NOT NULL,
    received_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    PRIMARY KEY (audience, case_id)
);
CREATE INDEX case_audiences_open_by_due ON case_audiences (audience, due_at, case_id) WHERE closed_at IS NULL;
CREATE INDEX case_audiences_by_received ON case_audiences (audience, received_at, case_id);
CREATE INDEX case_audiences_by_case ON case_audiences (case_id);

-- The persons hurt, one row each; their details stand in cases.facts.
CREATE TABLE victims (
    case_id TEXT NOT NULL REFERENCES cases (id),
    victim_no INTEGER NOT NULL,
    class TEXT NOT NULL,
    outcome TEXT NOT NULL,
    employment TEXT,
    sex TEXT,
    birth_year INTEGER,
    PRIMARY KEY (case_id, victim_no)
);

-- A declaration (khai báo) as it was received. Never changed, never deleted.
CREATE TABLE declarations (
    id TEXT NOT NULL PRIMARY KEY,
    receipt_no TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL REFERENCES cases (id),
    token_id TEXT NOT NULL,
    declarant_role TEXT NOT NULL,
    tax_code TEXT,                      -- of the token that declared
    commune_code TEXT,                  -- of the token that declared
    received_at TIMESTAMP NOT NULL,
    body TEXT,                          -- as received; empty for army and police units, whose content is not kept
    answer TEXT NOT NULL                -- what the declarant was answered
);
CREATE INDEX declarations_by_case ON declarations (case_id);

-- What was added or corrected later (bổ sung). It never erases.
CREATE TABLE supplements (
    id TEXT NOT NULL PRIMARY KEY,
    receipt_no TEXT NOT NULL,
    case_id TEXT NOT NULL REFERENCES cases (id),
    token_id TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    note TEXT NOT NULL,
    body TEXT,
    answer TEXT NOT NULL
);
CREATE INDEX supplements_by_case ON supplements (case_id, received_at, id);

-- The same request twice has one effect and one answer.
CREATE TABLE idempotency_keys (
    token_id TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,          -- hash of the call and of the body as a JSON value
    answer_id TEXT NOT NULL,            -- declarations.id or supplements.id
    created_at TIMESTAMP NOT NULL,
    PRIMARY KEY (token_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);

-- What happened to a case: who, when, why. Only ever added to.
CREATE TABLE case_events (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    happened_at TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,                -- the name of the token
    actor_role TEXT NOT NULL,
    action TEXT NOT NULL,
    from_status TEXT,
    to_status TEXT NOT NULL,
    reason TEXT,
    details TEXT NOT NULL               -- JSON: the fields of the step
);
CREATE INDEX case_events_by_case ON case_events (case_id, happened_at, id);

-- The legal time limits of a case (K1 … K4). `round` counts restarts of the same clock.
CREATE TABLE clocks (
    case_id TEXT NOT NULL REFERENCES cases (id),
    clock TEXT NOT NULL,
    round INTEGER NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    due_raw TIMESTAMP NOT NULL,
    due_rolled TIMESTAMP NOT NULL,
    stopped_at TIMESTAMP,
    stopped_because TEXT,
    extended_days INTEGER NOT NULL,
    basis TEXT NOT NULL,                -- JSON: rule, version, article
    derivation TEXT NOT NULL,           -- JSON: the steps of the computation
    PRIMARY KEY (case_id, clock, round)
);
