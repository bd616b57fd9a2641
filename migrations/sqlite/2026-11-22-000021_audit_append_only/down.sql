DROP TRIGGER audit_roots_no_delete;
DROP TRIGGER audit_roots_no_update;
DROP TRIGGER audit_entries_no_delete;
DROP TRIGGER audit_entries_no_update;
