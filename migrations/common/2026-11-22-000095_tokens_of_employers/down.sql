ALTER TABLE tokens DROP COLUMN kept_because;
ALTER TABLE tokens DROP COLUMN kept_by;
ALTER TABLE tokens DROP COLUMN kept_at;
DROP INDEX tokens_by_employer;
DELETE FROM tokens WHERE employer_id IS NOT NULL;
ALTER TABLE tokens DROP COLUMN employer_id;
