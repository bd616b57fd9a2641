DROP TRIGGER declarations_no_update;
DROP TRIGGER declarations_no_delete;
DROP TRIGGER supplements_no_update;
DROP TRIGGER supplements_no_delete;
DROP TRIGGER case_events_no_update;
DROP TRIGGER case_events_no_delete;
DROP TRIGGER delivery_attempts_no_update;
DROP TRIGGER delivery_attempts_no_delete;
