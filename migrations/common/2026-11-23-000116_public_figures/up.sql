-- The figures of a half-year for everybody are counted from this index alone: rows of cases are long, and there are a
-- million of them.
CREATE INDEX cases_by_time ON cases (occurred_at, kind, status, province_code, case_class, dead, serious);
