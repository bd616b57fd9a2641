-- Where an authority is reached beside the addresses of its row in the directory. Those of position 0 are told at
-- once with them; those of position 1, 2 … are the next contacts of the ladder. Only added and ended, never rewritten.
CREATE TABLE contacts (
    id TEXT NOT NULL PRIMARY KEY,
    authority_id TEXT NOT NULL,
    position INTEGER NOT NULL CHECK (position >= 0),
    channel TEXT NOT NULL CHECK (channel IN ('email', 'sms', 'webhook')),
    address TEXT NOT NULL,
    name TEXT NOT NULL,                 -- of the office or duty room, not of a person
    phone TEXT,
    verified_at TIMESTAMP,              -- somebody there has answered
    valid_from DATE NOT NULL,
    valid_to DATE,                      -- first day no longer; empty is open
    created_at TIMESTAMP NOT NULL
);
CREATE INDEX contacts_by_authority ON contacts (authority_id, position, id);
