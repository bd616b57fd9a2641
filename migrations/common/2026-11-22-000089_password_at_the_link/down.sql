ALTER TABLE employer_registrations ADD COLUMN password_hash TEXT NOT NULL DEFAULT '';
