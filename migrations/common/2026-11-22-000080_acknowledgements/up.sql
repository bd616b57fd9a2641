-- Somebody at the authority has taken an alert: the first to say so, once for each alert. Kept as long as the
-- case; never changed.
CREATE TABLE acknowledgements (
    alert_id TEXT NOT NULL PRIMARY KEY REFERENCES alerts (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    message_id TEXT NOT NULL REFERENCES outbox (id), -- the mail whose link was used
    acknowledged_at TIMESTAMP NOT NULL,
    officer TEXT NOT NULL               -- sealed: name, post, telephone
);
CREATE INDEX acknowledgements_by_case ON acknowledgements (case_id);
