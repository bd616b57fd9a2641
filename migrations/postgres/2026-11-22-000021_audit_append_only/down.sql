DROP TRIGGER audit_roots_append_only ON audit_roots;
DROP TRIGGER audit_entries_append_only ON audit_entries;
