-- What went along each time that a case went to others: by letter, with a corrected place, with the end of a unit, up
-- to a higher level. The list is sealed with the key of the case, and emptied when the case is destroyed.
CREATE TABLE transfers (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    case_version INTEGER NOT NULL,      -- of the case after it: of two at once one moved it
    moved_at TIMESTAMP NOT NULL,
    because TEXT NOT NULL,
    record TEXT,                        -- sealed JSON; NULL once the case was destroyed
    UNIQUE (case_id, case_version)
);

-- Who had the case until then: they go on reading this list, whatever else they no longer see of it.
CREATE TABLE transfer_givers (
    transfer_id TEXT NOT NULL REFERENCES transfers (id),
    audience TEXT NOT NULL,
    PRIMARY KEY (transfer_id, audience)
);
