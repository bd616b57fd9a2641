-- What was traced is not changed or taken back.
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_roots_append_only BEFORE UPDATE OR DELETE ON audit_roots FOR EACH ROW EXECUTE FUNCTION refuse_change();
