ALTER TABLE duty_evidence DROP COLUMN authority_id;
ALTER TABLE breaches DROP COLUMN authority_id;
