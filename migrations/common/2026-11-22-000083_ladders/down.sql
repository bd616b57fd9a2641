ALTER TABLE acknowledgements RENAME TO acknowledgements_after;
CREATE TABLE acknowledgements (
    alert_id TEXT NOT NULL PRIMARY KEY REFERENCES alerts (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    message_id TEXT NOT NULL REFERENCES outbox (id),
    acknowledged_at TIMESTAMP NOT NULL,
    officer TEXT NOT NULL
);
INSERT INTO acknowledgements (alert_id, case_id, message_id, acknowledged_at, officer)
    SELECT alert_id, case_id, message_id, acknowledged_at, officer FROM acknowledgements_after WHERE message_id IS NOT NULL;
DROP TABLE acknowledgements_after;
CREATE INDEX acknowledgements_by_case ON acknowledgements (case_id);
DROP TABLE call_notes;
DROP TABLE calls;
DROP TABLE ladder_rungs;
DROP INDEX alerts_climbed;
DROP INDEX alerts_climbing;
ALTER TABLE alerts DROP COLUMN climbed_from;
ALTER TABLE alerts DROP COLUMN next_at;
ALTER TABLE alerts DROP COLUMN rung;
ALTER TABLE alerts DROP COLUMN climbs_since;
DELETE FROM law_rules WHERE decides = 'ladder';
