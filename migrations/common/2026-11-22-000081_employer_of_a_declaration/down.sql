ALTER TABLE declarations DROP COLUMN employer_id;
