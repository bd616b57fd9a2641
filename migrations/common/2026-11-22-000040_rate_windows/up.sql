-- How often somebody did something that is limited, counted for all processes together. The key is a keyed hash
-- of limit and subject: no address and no account stands here. A row is of no use after `expires_at`.
CREATE TABLE rate_windows (
    key_hash TEXT NOT NULL,
    window_start TIMESTAMP NOT NULL,
    count BIGINT NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    PRIMARY KEY (key_hash, window_start)
);
CREATE INDEX rate_windows_by_expiry ON rate_windows (expires_at);
