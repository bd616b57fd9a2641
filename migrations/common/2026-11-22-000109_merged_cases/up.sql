-- Which cases are duplicates now, and of which: what the sealed timeline says, to be found from the other side. The
-- row goes when the case stands alone again; that it was there stays in the timeline.
CREATE TABLE merged_cases (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
    of_case TEXT NOT NULL REFERENCES cases (id),
    since TIMESTAMP NOT NULL
);
CREATE INDEX merged_cases_of ON merged_cases (of_case);
