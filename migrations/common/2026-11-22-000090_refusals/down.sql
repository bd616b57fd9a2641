ALTER TABLE outbox DROP COLUMN opened_at;
DROP TABLE directory_proposals;
DROP TABLE refusals;
