DROP TRIGGER cases_live_key_insert;
DROP TRIGGER cases_live_key_update;
