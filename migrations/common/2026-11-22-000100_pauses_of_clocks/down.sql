ALTER TABLE clocks DROP COLUMN about;
ALTER TABLE clocks DROP COLUMN paused_days;
ALTER TABLE clocks DROP COLUMN paused_at;
