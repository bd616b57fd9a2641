DROP TABLE drafts_kept;
