-- Under which generation of the key of marks a case is marked: those of an earlier one are marked anew.
ALTER TABLE case_search ADD COLUMN made_with INTEGER NOT NULL DEFAULT 1;
