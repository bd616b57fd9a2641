DELETE FROM case_candidates;
