-- Cases that began with the notice of somebody without an account: what nobody vouches for yet.
CREATE TABLE notices (
    case_id TEXT NOT NULL PRIMARY KEY REFERENCES cases (id),
    receipt_no TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    held_because TEXT,
    noticed_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP
);
CREATE INDEX notices_held ON notices (noticed_at, case_id) WHERE state = 'held';

-- Who gave notice, apart from everything else (L84 Art. 34.2), sealed with the key of the case.
CREATE TABLE informants (
    declaration_id TEXT NOT NULL PRIMARY KEY REFERENCES declarations (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    identity TEXT NOT NULL
);
CREATE INDEX informants_by_case ON informants (case_id);

-- Challenges that were answered: each counts once.
CREATE TABLE used_challenges (
    id_hash TEXT NOT NULL PRIMARY KEY,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX used_challenges_by_end ON used_challenges (expires_at);
