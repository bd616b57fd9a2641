-- The trace: who did or looked at what. Rows are only ever added; each carries the code of the one before it in
-- its chain, made with a key that is not in the database.
CREATE TABLE audit_entries (
    chain TEXT NOT NULL,
    seq BIGINT NOT NULL,
    happened_at TIMESTAMP NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    actor_role TEXT NOT NULL,
    territory TEXT,
    action TEXT NOT NULL,
    purpose TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    result TEXT NOT NULL,
    origin TEXT,
    request_id TEXT,
    details TEXT NOT NULL,
    mac TEXT NOT NULL,
    PRIMARY KEY (chain, seq)
);
CREATE INDEX audit_entries_by_object ON audit_entries (object_id, happened_at);
CREATE INDEX audit_entries_by_time ON audit_entries (happened_at, chain, seq);

-- Where every chain stood at a moment, signed, each root over the one before it.
CREATE TABLE audit_roots (
    no BIGINT NOT NULL PRIMARY KEY,
    made_at TIMESTAMP NOT NULL,
    day DATE,
    heads TEXT NOT NULL,
    previous TEXT NOT NULL,
    root TEXT NOT NULL,
    signature TEXT NOT NULL
);
CREATE INDEX audit_roots_by_day ON audit_roots (day);
