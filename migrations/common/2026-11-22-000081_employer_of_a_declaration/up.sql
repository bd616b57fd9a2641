-- The record of the employer for which a person declared. Several records may stand under one tax code; what was
-- declared for one does not go with the person to another.
ALTER TABLE declarations ADD COLUMN employer_id TEXT;
