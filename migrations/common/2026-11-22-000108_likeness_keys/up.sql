-- By whom other reports of the same accident are found: the names of those hurt as keyed hashes, of all words in the
-- order of the alphabet and of one word with the year of birth. (Identity numbers have theirs beside each victim;
-- place and time stand beside each case.) Written and replaced with the facts of the case.
CREATE TABLE likeness_keys (
    key TEXT NOT NULL,
    occurred_on DATE NOT NULL,          -- the day in Việt Nam
    case_id TEXT NOT NULL REFERENCES cases (id),
    PRIMARY KEY (key, occurred_on, case_id)
);
CREATE INDEX likeness_keys_of_case ON likeness_keys (case_id);

-- How far the keys of cases that are older than this table are written, once for each way of making keys.
CREATE TABLE likeness_fills (
    scheme INTEGER NOT NULL PRIMARY KEY,
    after_case TEXT NOT NULL DEFAULT '', -- the last case that was looked at
    started_at TIMESTAMP NOT NULL,
    done_at TIMESTAMP
);
