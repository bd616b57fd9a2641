DROP TABLE case_candidates;
