DROP TABLE clocks;
DROP TABLE case_events;
DROP TABLE idempotency_keys;
DROP TABLE supplements;
DROP TABLE declarations;
DROP TABLE victims;
DROP TABLE case_audiences;
DROP TABLE cases;
