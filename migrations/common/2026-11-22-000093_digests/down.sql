DROP INDEX clocks_running_by_due;
DROP TABLE digest_days;
DROP TABLE digests;
