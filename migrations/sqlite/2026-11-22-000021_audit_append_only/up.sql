-- What was traced is not changed or taken back.
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit_entries is only ever added to'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit_entries is only ever added to'); END;
CREATE TRIGGER audit_roots_no_update BEFORE UPDATE ON audit_roots BEGIN SELECT RAISE(ABORT, 'audit_roots is only ever added to'); END;
CREATE TRIGGER audit_roots_no_delete BEFORE DELETE ON audit_roots BEGIN SELECT RAISE(ABORT, 'audit_roots is only ever added to'); END;
