-- Whoever uses the link of a registration chooses the password then: one that was typed before the address was
-- proven may be a stranger's.
ALTER TABLE employer_registrations DROP COLUMN password_hash;
