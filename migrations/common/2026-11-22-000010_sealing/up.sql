-- Which master keys the data were sealed with. The keys themselves are never in the database.
CREATE TABLE master_keys (
    id TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,          -- a keyed hash of nothing: says which key it is, and not what
    created_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP                -- nothing may be wrapped by it any more
);

-- Keys of the whole database, each wrapped by a master key: 'lookup' hashes what is looked for.
CREATE TABLE data_keys (
    name TEXT NOT NULL PRIMARY KEY,
    master_key TEXT NOT NULL REFERENCES master_keys (id),
    wrapped TEXT NOT NULL
);

-- Each case has a key of its own, under which its personal data are sealed. Only these two columns
-- change when the master key does. A case without them is older than sealing.
ALTER TABLE cases ADD COLUMN master_key TEXT;
ALTER TABLE cases ADD COLUMN data_key TEXT;
CREATE INDEX cases_by_master_key ON cases (master_key) WHERE master_key IS NOT NULL;

-- A keyed hash of the identity number: the same person is found without saying who it is.
ALTER TABLE victims ADD COLUMN citizen_id_hash TEXT;
CREATE INDEX victims_by_citizen_id ON victims (citizen_id_hash) WHERE citizen_id_hash IS NOT NULL;

INSERT INTO catalogues (name, revision) VALUES ('keys', 0);
