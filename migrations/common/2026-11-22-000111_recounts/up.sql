-- Which change of the law the running limits were counted again for: once for each revision, case by case.
CREATE TABLE recounts (
    law_revision BIGINT NOT NULL PRIMARY KEY,
    after_case TEXT NOT NULL DEFAULT '', -- the last case that was looked at
    moved INTEGER NOT NULL DEFAULT 0,    -- limits that end on another day since
    started_at TIMESTAMP NOT NULL,
    done_at TIMESTAMP
);
