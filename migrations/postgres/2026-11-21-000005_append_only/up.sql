-- What was received and what happened is only ever added to.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME;
END;
$$;
CREATE TRIGGER declarations_append_only BEFORE UPDATE OR DELETE ON declarations FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER supplements_append_only BEFORE UPDATE OR DELETE ON supplements FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER case_events_append_only BEFORE UPDATE OR DELETE ON case_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER delivery_attempts_append_only BEFORE UPDATE OR DELETE ON delivery_attempts FOR EACH ROW EXECUTE FUNCTION refuse_change();
