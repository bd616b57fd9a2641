-- When somebody was given the post: the earliest appointment that still counts says who keeps the account.
-- The default is for a process of the version before that still runs beside: what it writes counts as the last.
ALTER TABLE post_holders ADD COLUMN appointed_at TIMESTAMP NOT NULL DEFAULT '9999-12-31 00:00:00';
UPDATE post_holders SET appointed_at =
    CASE WHEN held_from < CURRENT_TIMESTAMP THEN held_from ELSE CURRENT_TIMESTAMP END;
