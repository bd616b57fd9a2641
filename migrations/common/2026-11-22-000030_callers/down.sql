ALTER TABLE declarations RENAME COLUMN caller_id TO token_id;
ALTER TABLE supplements RENAME COLUMN caller_id TO token_id;
ALTER TABLE idempotency_keys RENAME COLUMN caller_id TO token_id;
