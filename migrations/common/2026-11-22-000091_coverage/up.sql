-- Whether everybody who must be told could be reached: one look a day.
CREATE TABLE coverage_reports (
    day DATE NOT NULL PRIMARY KEY,      -- in Việt Nam
    looked_at TIMESTAMP NOT NULL,
    shares TEXT NOT NULL,               -- JSON: by province, pairs of a commune and a class, and how many are covered
    gaps TEXT NOT NULL                  -- JSON: what is missing of whom, for which classes and communes
);
