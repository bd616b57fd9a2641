-- A limit that stands still while the police have not concluded (D39 Art. 20.1.h), and limits that are about
-- one victim (C28 Art. 7).
ALTER TABLE clocks ADD COLUMN paused_at TIMESTAMP;
ALTER TABLE clocks ADD COLUMN paused_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE clocks ADD COLUMN about INTEGER;         -- the number of the victim
