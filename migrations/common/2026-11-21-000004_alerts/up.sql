-- A legal fact: this authority is to be told about this case.
CREATE TABLE alerts (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    role TEXT NOT NULL,
    authority_id TEXT,                  -- empty where the directory knows nobody (RT-7)
    authority_name TEXT,
    phone TEXT,
    duty TEXT NOT NULL CHECK (duty IN ('must_receive', 'copy', 'may_receive')),
    form TEXT,
    basis TEXT NOT NULL,                -- JSON: rules, versions, articles
    created_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    ended_because TEXT                  -- 'superseded' or 'withdrawn'
);
CREATE INDEX alerts_by_case ON alerts (case_id, created_at, id);

-- Messages decided but not yet delivered, and what became of them. One row for each address.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    alert_id TEXT REFERENCES alerts (id),
    case_id TEXT,
    recipient TEXT NOT NULL,
    payload TEXT,                       -- JSON facts, no wording; emptied some time after delivery
    dedup_key TEXT NOT NULL UNIQUE,     -- event and recipient: the same thing is not noted twice
    status TEXT NOT NULL CHECK (status IN ('queued', 'delayed', 'sent', 'failed', 'withdrawn')),
    created_at TIMESTAMP NOT NULL,
    due_at TIMESTAMP NOT NULL,
    lease_until TIMESTAMP,
    attempts INTEGER NOT NULL,
    settled_at TIMESTAMP                -- delivered, given up or withdrawn
);
CREATE INDEX outbox_waiting ON outbox (due_at, id) WHERE settled_at IS NULL;
CREATE INDEX outbox_by_alert ON outbox (alert_id);
CREATE INDEX outbox_by_case ON outbox (case_id);

-- Every try to deliver a message, with the server's reply.
CREATE TABLE delivery_attempts (
    id TEXT NOT NULL PRIMARY KEY,
    message_id TEXT NOT NULL REFERENCES outbox (id),
    attempted_at TIMESTAMP NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('sent', 'delayed', 'failed')),
    reply TEXT NOT NULL
);
CREATE INDEX delivery_attempts_by_message ON delivery_attempts (message_id, attempted_at, id);

-- The links of delivered mails: only a hash of each secret, one for each copy that left.
CREATE TABLE alert_links (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    message_id TEXT NOT NULL REFERENCES outbox (id),
    case_id TEXT NOT NULL,
    expires_at TIMESTAMP NOT NULL
);

-- What an operator must look at.
CREATE TABLE alarms (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    case_id TEXT,
    dedup_key TEXT NOT NULL UNIQUE,
    details TEXT NOT NULL,              -- JSON
    raised_at TIMESTAMP NOT NULL
);
CREATE INDEX alarms_by_time ON alarms (raised_at, id);
