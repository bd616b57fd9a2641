-- What came back of a message: reports of mail servers and automatic replies. Of the text only the status code and
-- one line of the server's words are kept. Never changed.
CREATE TABLE bounces (
    id TEXT NOT NULL PRIMARY KEY,
    message_id TEXT NOT NULL REFERENCES outbox (id),
    case_id TEXT,
    received_at TIMESTAMP NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('failed', 'delayed', 'delivered', 'auto_reply', 'unknown')),
    status_code TEXT,
    diagnostic TEXT,
    dedup_key TEXT NOT NULL UNIQUE      -- the same report counts once
);
CREATE INDEX bounces_by_message ON bounces (message_id);
CREATE INDEX bounces_by_case ON bounces (case_id);
CREATE INDEX bounces_by_kind ON bounces (kind);

-- Since when a message is known not to arrive, although a server had taken it. Emptied when it is sent again.
ALTER TABLE outbox ADD COLUMN bounced_at TIMESTAMP;
CREATE INDEX outbox_bounced ON outbox (status) WHERE bounced_at IS NOT NULL;
