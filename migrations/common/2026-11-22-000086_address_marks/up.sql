-- Addresses to which mail does not arrive, until somebody there takes an alert or the directory is corrected.
CREATE TABLE address_marks (
    address TEXT NOT NULL PRIMARY KEY,  -- in small letters
    bounced_at TIMESTAMP NOT NULL,      -- the latest time
    status_code TEXT,
    diagnostic TEXT,
    message_id TEXT NOT NULL REFERENCES outbox (id)
);
