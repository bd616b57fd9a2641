DROP INDEX outbox_settled_with_facts;
DROP INDEX outbox_settled;
DROP INDEX cases_ended_by_status;
DROP INDEX case_audiences_ended_by_status;
ALTER TABLE case_audiences DROP COLUMN status;
