DROP TRIGGER declarations_no_truncate ON declarations;
DROP TRIGGER supplements_no_truncate ON supplements;
DROP TRIGGER case_events_no_truncate ON case_events;
DROP TRIGGER delivery_attempts_no_truncate ON delivery_attempts;
DROP TRIGGER audit_entries_no_truncate ON audit_entries;
DROP TRIGGER audit_roots_no_truncate ON audit_roots;
