-- Changes of the law wait here for a second person. A proposal is made for one revision of the law: when
-- that has changed, it is refused.
CREATE TABLE rule_proposals (
    id TEXT NOT NULL PRIMARY KEY,
    proposed_at TIMESTAMP NOT NULL,
    proposed_by TEXT NOT NULL,
    proposer TEXT NOT NULL,
    reason TEXT NOT NULL,
    changes TEXT NOT NULL,
    effect TEXT NOT NULL,
    law_revision BIGINT NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    status TEXT NOT NULL,
    settled_at TIMESTAMP,
    settled_by TEXT,
    settler TEXT,
    settled_because TEXT
);
