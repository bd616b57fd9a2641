-- Where a case may lie, while nobody has chosen: one row for each of today's communes, and for each of
-- today's provinces, of a case that has several of either (a commune that was divided, RT-6). The
-- first of them stands in cases.commune_code and cases.province_code as well. A case whose place is
-- certain has no row here.
CREATE TABLE case_candidates (
    unit_code TEXT NOT NULL,
    case_id TEXT NOT NULL REFERENCES cases (id),
    PRIMARY KEY (unit_code, case_id)
);
CREATE INDEX case_candidates_by_case ON case_candidates (case_id);
