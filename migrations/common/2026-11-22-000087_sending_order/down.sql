ALTER TABLE delivery_attempts DROP COLUMN tls;
ALTER TABLE delivery_attempts DROP COLUMN relay;
DROP INDEX outbox_waiting;
ALTER TABLE outbox DROP COLUMN contact_id;
ALTER TABLE outbox DROP COLUMN priority;
ALTER TABLE outbox DROP COLUMN channel;
CREATE INDEX outbox_waiting ON outbox (due_at, id) WHERE settled_at IS NULL;
