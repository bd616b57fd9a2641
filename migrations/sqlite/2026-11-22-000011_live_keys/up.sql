-- No case is ever wrapped by a master key that was retired meanwhile: its key may be thrown away.
CREATE TRIGGER cases_live_key_insert BEFORE INSERT ON cases
WHEN NEW.master_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM master_keys WHERE id = NEW.master_key AND retired_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'the master key is not in use'); END;
CREATE TRIGGER cases_live_key_update BEFORE UPDATE OF master_key ON cases
WHEN NEW.master_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM master_keys WHERE id = NEW.master_key AND retired_at IS NULL)
BEGIN SELECT RAISE(ABORT, 'the master key is not in use'); END;
