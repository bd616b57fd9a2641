ALTER TABLE case_search DROP COLUMN made_with;
