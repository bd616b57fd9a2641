-- The ladder of an alert stands in its row, so that a declaration writes no more rows for it.
ALTER TABLE alerts ADD COLUMN climbs_since TIMESTAMP; -- when the ladder began; empty where there is none
ALTER TABLE alerts ADD COLUMN rung INTEGER NOT NULL DEFAULT 0; -- how often it was climbed: who climbs says what was seen
ALTER TABLE alerts ADD COLUMN next_at TIMESTAMP;      -- when the next rung is due; empty where it rests
ALTER TABLE alerts ADD COLUMN climbed_from TEXT;      -- the alert whose ladder made this one
CREATE INDEX alerts_climbing ON alerts (next_at, id) WHERE next_at IS NOT NULL;
CREATE INDEX alerts_climbed ON alerts (climbed_from) WHERE climbed_from IS NOT NULL;

-- Every rung that was climbed, and what came of it. Only ever added to.
CREATE TABLE ladder_rungs (
    alert_id TEXT NOT NULL REFERENCES alerts (id),
    rung TEXT NOT NULL CHECK (rung IN ('next_contact', 'duty_roster', 'higher_authority', 'call_list')),
    nth INTEGER NOT NULL,
    fired_at TIMESTAMP NOT NULL,
    details TEXT NOT NULL,              -- JSON: addresses, authorities; nobody where both are empty
    PRIMARY KEY (alert_id, rung, nth)
);

-- Somebody must be telephoned.
CREATE TABLE calls (
    id TEXT NOT NULL PRIMARY KEY,
    alert_id TEXT NOT NULL UNIQUE REFERENCES alerts (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    opened_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    closed_because TEXT CHECK (closed_because IN ('taken', 'ended'))
);
CREATE INDEX calls_open ON calls (opened_at, id) WHERE closed_at IS NULL;
CREATE INDEX calls_by_case ON calls (case_id);

-- Each telephone call, and what was said. Only ever added to.
CREATE TABLE call_notes (
    id TEXT NOT NULL PRIMARY KEY,
    call_id TEXT NOT NULL REFERENCES calls (id),
    noted_at TIMESTAMP NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('taken', 'nobody_answered')),
    noted_by TEXT NOT NULL,             -- name of the caller
    said TEXT                           -- sealed with the case
);
CREATE INDEX call_notes_by_call ON call_notes (call_id, noted_at, id);

-- An alert is also taken by a step of the case and over the telephone, where no mail carried it.
ALTER TABLE acknowledgements RENAME TO acknowledgements_before;
CREATE TABLE acknowledgements (
    alert_id TEXT NOT NULL PRIMARY KEY REFERENCES alerts (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    message_id TEXT REFERENCES outbox (id), -- the mail whose link was used
    how TEXT NOT NULL CHECK (how IN ('link', 'step', 'call')),
    acknowledged_at TIMESTAMP NOT NULL,
    officer TEXT NOT NULL               -- sealed: name, post, telephone
);
INSERT INTO acknowledgements (alert_id, case_id, message_id, how, acknowledged_at, officer)
    SELECT alert_id, case_id, message_id, 'link', acknowledged_at, officer FROM acknowledgements_before;
DROP TABLE acknowledgements_before;
CREATE INDEX acknowledgements_by_case ON acknowledgements (case_id);
