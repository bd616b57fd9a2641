DELETE FROM catalogues WHERE name = 'keys';
DROP INDEX victims_by_citizen_id;
ALTER TABLE victims DROP COLUMN citizen_id_hash;
DROP INDEX cases_by_master_key;
ALTER TABLE cases DROP COLUMN data_key;
ALTER TABLE cases DROP COLUMN master_key;
DROP TABLE data_keys;
DROP TABLE master_keys;
