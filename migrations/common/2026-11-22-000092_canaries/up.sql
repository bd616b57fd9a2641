-- A monthly test of the way to an authority: marked as one, and to be taken as a real alert is. Whoever makes the row
-- sends it. Its mails are found by `action_links` (purpose 'take_canary', the row's id as their subject).
CREATE TABLE canaries (
    id TEXT NOT NULL PRIMARY KEY,
    month DATE NOT NULL,                -- the first day of the month in Việt Nam
    authority_id TEXT NOT NULL,
    authority_name TEXT NOT NULL,
    role TEXT NOT NULL,
    sent_at TIMESTAMP NOT NULL,         -- noted for delivery
    answer_by TIMESTAMP NOT NULL,
    outcome TEXT CHECK (outcome IN ('taken', 'missed', 'alert_taken')), -- empty while it waits
    settled_at TIMESTAMP,
    message_id TEXT REFERENCES outbox (id), -- the message whose link was used
    officer TEXT                        -- sealed: name, post, telephone
);
CREATE UNIQUE INDEX canaries_once ON canaries (authority_id, month);
CREATE INDEX canaries_by_month ON canaries (month, outcome);
CREATE INDEX canaries_waiting ON canaries (answer_by) WHERE settled_at IS NULL;
