ALTER TABLE post_holders DROP COLUMN appointed_at;
