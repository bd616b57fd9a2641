-- By which words a case is found: marks, keyed hashes of words and of how words begin, so that no name stands
-- here. Beside them who sees the case (case_audiences in one text) and the week of its receipt, counted from 1970.
CREATE TABLE case_search (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
    received_at TIMESTAMP NOT NULL,
    scope TEXT NOT NULL,
    marks TEXT NOT NULL
);
CREATE INDEX case_search_by_received ON case_search (received_at, case_id);

-- Filters of the queue that a post has saved. Name and filter are sealed: a filter may hold the name of a person.
CREATE TABLE saved_filters (
    id TEXT NOT NULL PRIMARY KEY,
    post_id TEXT NOT NULL REFERENCES posts (id),
    name_hash TEXT NOT NULL,            -- keyed, so that a post has each name once
    content TEXT NOT NULL,              -- sealed JSON: name and filter
    created_at TIMESTAMP NOT NULL,
    UNIQUE (post_id, name_hash)
);
