-- When somebody was given the post: the earliest appointment that still counts says who keeps the account.
ALTER TABLE post_holders ADD COLUMN appointed_at TIMESTAMP NOT NULL DEFAULT '2000-01-01 00:00:00';
UPDATE post_holders SET appointed_at = held_from;
