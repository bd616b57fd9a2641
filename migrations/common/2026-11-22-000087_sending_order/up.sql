-- What is urgent leaves first: 0 urgent, 1 somebody waits, 2 nobody waits. What was noted before counts as 1.
ALTER TABLE outbox ADD COLUMN channel TEXT NOT NULL DEFAULT 'email' CHECK (channel IN ('email', 'sms', 'webhook'));
ALTER TABLE outbox ADD COLUMN priority INTEGER NOT NULL DEFAULT 1 CHECK (priority BETWEEN 0 AND 2);
-- The contact that is told, where it is no address of the directory: a webhook's secret follows from it.
ALTER TABLE outbox ADD COLUMN contact_id TEXT;
-- What is due of one channel and priority is one range, in the order in which it leaves.
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (channel, priority, due_at, id) WHERE settled_at IS NULL;

-- The way that each try went; empty where it did not come to that, and for tries of before.
ALTER TABLE delivery_attempts ADD COLUMN relay TEXT;
ALTER TABLE delivery_attempts ADD COLUMN tls TEXT;
