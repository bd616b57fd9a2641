-- What is in the file store: pieces of sealed bytes. Each blob has a key of its own, sealed with that of its case.
CREATE TABLE blobs (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    length BIGINT NOT NULL,             -- bytes, when whole
    file_key TEXT NOT NULL,             -- sealed
    created_at TIMESTAMP NOT NULL,
    dead_since TIMESTAMP                -- from then on nothing leads to it: its objects are deleted, then this row
);
CREATE INDEX blobs_dead ON blobs (dead_since, id) WHERE dead_since IS NOT NULL;
CREATE INDEX blobs_by_case ON blobs (case_id);

CREATE TABLE blob_pieces (
    blob_id TEXT NOT NULL REFERENCES blobs (id),
    piece_no INTEGER NOT NULL,
    object TEXT NOT NULL,               -- its name in the store
    length INTEGER NOT NULL,            -- bytes before sealing
    PRIMARY KEY (blob_id, piece_no)
);

-- What is on its way here, by the tus protocol.
CREATE TABLE uploads (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    caller_id TEXT NOT NULL,            -- who may go on with it
    added_by TEXT NOT NULL,             -- its name
    added_role TEXT NOT NULL,
    item TEXT NOT NULL,
    victim_no INTEGER,
    about TEXT NOT NULL,                -- sealed JSON: file name, purpose, why the original is kept
    media_type TEXT NOT NULL,           -- as declared
    blob_id TEXT NOT NULL,              -- what has come of it; it may be gone when the upload has ended
    length BIGINT NOT NULL,
    received BIGINT NOT NULL,           -- whoever writes says what was seen: of two at once one wins
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    busy_until TIMESTAMP,               -- somebody is checking it until then
    refused TEXT,                       -- why, where it was
    document_id TEXT                    -- what became of it
);
CREATE INDEX uploads_open ON uploads (expires_at, id) WHERE document_id IS NULL AND refused IS NULL;
CREATE INDEX uploads_by_case ON uploads (case_id);

-- The documents of a case (D39 Art. 16).
CREATE TABLE documents (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    added_at TIMESTAMP NOT NULL,
    caller_id TEXT NOT NULL,
    added_by TEXT NOT NULL,
    added_role TEXT NOT NULL,
    item TEXT NOT NULL,
    victim_no INTEGER,
    about TEXT NOT NULL,                -- sealed JSON: file name, purpose, hashes, why the original is kept
    media_type TEXT NOT NULL,
    length BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting_for_scan', 'ready', 'quarantined', 'removed')),
    content_blob TEXT,
    received_blob TEXT,                 -- as it came, until it was scanned; empty where that is the content
    preview_blob TEXT,
    scanned_at TIMESTAMP,
    finding TEXT,                       -- what the scanner called it
    scan_at TIMESTAMP,                  -- when it is scanned, or tried again
    removed_at TIMESTAMP,
    removed_by TEXT,
    removal TEXT,                       -- sealed: why
    erased_at TIMESTAMP                 -- since when there are no bytes
);
CREATE INDEX documents_by_case ON documents (case_id, added_at, id);
CREATE INDEX documents_to_scan ON documents (scan_at, id) WHERE scan_at IS NOT NULL;
CREATE INDEX documents_to_erase ON documents (removed_at, id) WHERE removed_at IS NOT NULL AND erased_at IS NULL;
CREATE INDEX documents_by_state ON documents (state);
