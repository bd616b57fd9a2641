-- Emptying a table is a change as well.
CREATE TRIGGER declarations_no_truncate BEFORE TRUNCATE ON declarations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER supplements_no_truncate BEFORE TRUNCATE ON supplements FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_events_no_truncate BEFORE TRUNCATE ON case_events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER delivery_attempts_no_truncate BEFORE TRUNCATE ON delivery_attempts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_entries_no_truncate BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_roots_no_truncate BEFORE TRUNCATE ON audit_roots FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
