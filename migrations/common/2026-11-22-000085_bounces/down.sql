DROP INDEX outbox_bounced;
ALTER TABLE outbox DROP COLUMN bounced_at;
DROP TABLE bounces;
