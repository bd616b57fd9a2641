-- Who calls is a token or the account of a person.
ALTER TABLE declarations RENAME COLUMN token_id TO caller_id;
ALTER TABLE supplements RENAME COLUMN token_id TO caller_id;
ALTER TABLE idempotency_keys RENAME COLUMN token_id TO caller_id;
