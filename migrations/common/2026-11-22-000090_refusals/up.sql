-- An authority says that an alert is not its own, and where it belongs: once for each alert. Never changed.
CREATE TABLE refusals (
    alert_id TEXT NOT NULL PRIMARY KEY REFERENCES alerts (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    message_id TEXT NOT NULL REFERENCES outbox (id), -- the mail whose link was used
    refused_at TIMESTAMP NOT NULL,
    officer TEXT NOT NULL,              -- sealed: name, post, telephone
    passed_to TEXT NOT NULL             -- JSON: ids of the authorities that are told instead
);
CREATE INDEX refusals_by_case ON refusals (case_id);

-- What a refusal says of the directory, for whoever keeps it.
CREATE TABLE directory_proposals (
    id TEXT NOT NULL PRIMARY KEY,
    receipt_no TEXT NOT NULL,
    role TEXT NOT NULL,
    commune_code TEXT NOT NULL,         -- of the accident, today's
    province_code TEXT NOT NULL,
    authority_id TEXT NOT NULL,         -- who was told and refused
    belongs_to TEXT,                    -- who is in charge, as they say; empty where they do not know
    proposed_at TIMESTAMP NOT NULL,
    settled_at TIMESTAMP,
    outcome TEXT CHECK (outcome IN ('accepted', 'rejected')),
    settled_by TEXT,
    reason TEXT
);
CREATE INDEX directory_proposals_open ON directory_proposals (proposed_at, id) WHERE settled_at IS NULL;

-- When the link of a mail was first opened: by a person, or by a program that looks into mails.
ALTER TABLE outbox ADD COLUMN opened_at TIMESTAMP;
