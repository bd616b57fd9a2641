-- What data subjects ask for, with the clocks of D356 Art. 5. What people wrote is sealed.
CREATE TABLE data_subject_requests (
    id TEXT NOT NULL PRIMARY KEY,
    authority_id TEXT,                  -- who keeps it; empty for the operator
    kind TEXT NOT NULL,
    capacity TEXT NOT NULL,
    relation TEXT NOT NULL,
    receipt_no TEXT,                    -- about which record
    case_id TEXT,
    status TEXT NOT NULL,
    received_at TIMESTAMP NOT NULL,
    acknowledge_due TIMESTAMP NOT NULL,
    acknowledged_at TIMESTAMP,
    answer_due TIMESTAMP NOT NULL,
    answered_at TIMESTAMP,
    refusal_ground TEXT,
    registered_by TEXT NOT NULL,
    limits TEXT NOT NULL,               -- JSON: both limits with their derivation
    content TEXT NOT NULL               -- sealed JSON: who asks, what, the answer, who saw the record
);
CREATE INDEX data_subject_requests_by_due ON data_subject_requests (status, answer_due, id);
CREATE INDEX data_subject_requests_by_authority ON data_subject_requests (authority_id, id);

-- Breaches of the protection of personal data (L91/2025 Art. 23).
CREATE TABLE breaches (
    id TEXT NOT NULL PRIMARY KEY,
    status TEXT NOT NULL,
    discovered_at TIMESTAMP NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    opened_by TEXT NOT NULL,
    notify_due TIMESTAMP NOT NULL,
    notified_at TIMESTAMP,
    closed_at TIMESTAMP,
    notify_limit TEXT NOT NULL,         -- JSON: the limit with its derivation
    content TEXT NOT NULL               -- sealed JSON: what the form asks for, measures, who was told
);
CREATE INDEX breaches_by_status ON breaches (status, notify_due);

-- Cases of which nothing may be destroyed. Why stands in the timeline, sealed.
CREATE TABLE legal_holds (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    ground TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    set_by TEXT NOT NULL,
    lifted_at TIMESTAMP,
    lifted_by TEXT
);
CREATE UNIQUE INDEX legal_holds_by_case ON legal_holds (case_id, ground) WHERE lifted_at IS NULL;

-- What was planned to be destroyed, and when that was done. Names cases and rules, and no person.
CREATE TABLE retention_plans (
    id TEXT NOT NULL PRIMARY KEY,
    made_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    made_by TEXT NOT NULL,
    items TEXT NOT NULL,
    run_at TIMESTAMP
);

-- Cases whose key was destroyed: figures are all that is left.
CREATE TABLE destroyed_cases (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
    plan_id TEXT NOT NULL REFERENCES retention_plans (id),
    destroyed_at TIMESTAMP NOT NULL
);

-- What proves the duties of L91/2025 Art. 19.2. The newest row of a duty counts.
CREATE TABLE duty_evidence (
    id TEXT NOT NULL PRIMARY KEY,
    duty TEXT NOT NULL,
    done_on DATE NOT NULL,
    due_on DATE NOT NULL,
    reference TEXT NOT NULL,
    noted_at TIMESTAMP NOT NULL,
    noted_by TEXT NOT NULL
);
CREATE INDEX duty_evidence_by_duty ON duty_evidence (duty, id);
