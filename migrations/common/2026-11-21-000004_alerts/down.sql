DROP TABLE alarms;
DROP TABLE alert_links;
DROP TABLE delivery_attempts;
DROP TABLE outbox;
DROP TABLE alerts;
