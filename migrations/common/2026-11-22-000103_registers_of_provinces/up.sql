-- Whose entry it is: the authority in whose post it was made; nobody's but the operator's where there is none.
ALTER TABLE breaches ADD COLUMN authority_id TEXT;
ALTER TABLE duty_evidence ADD COLUMN authority_id TEXT;
