-- No case is ever wrapped by a master key that was retired meanwhile: its key may be thrown away.
CREATE FUNCTION refuse_dead_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM master_keys WHERE id = NEW.master_key AND retired_at IS NULL) THEN
        RAISE EXCEPTION 'the master key is not in use';
    END IF;
    RETURN NEW;
END;
$$;
CREATE TRIGGER cases_live_key BEFORE INSERT OR UPDATE OF master_key ON cases
    FOR EACH ROW WHEN (NEW.master_key IS NOT NULL) EXECUTE FUNCTION refuse_dead_key();
