-- A token may belong to a post: then its role and its territory are those of the post, and it may do what its
-- scopes say and no more. (Written anew as a whole, for SQLite cannot take a NOT NULL back.)
CREATE TABLE tokens_of_now (
    id TEXT NOT NULL PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    role TEXT CHECK (role IN ('employer', 'commune', 'inspector', 'police', 'ministry', 'operator')),
    province_code TEXT,
    commune_code TEXT,
    tax_code TEXT,
    post_id TEXT REFERENCES posts (id),
    scopes TEXT, -- JSON: names of rights
    made_by TEXT, -- the account of whoever made it
    name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    revoked_because TEXT,
    last_used_at TIMESTAMP,
    CHECK ((role IS NULL) = (post_id IS NOT NULL)),
    CHECK (post_id IS NULL OR (scopes IS NOT NULL AND made_by IS NOT NULL))
);
INSERT INTO tokens_of_now
    (id, secret_hash, role, province_code, commune_code, tax_code, name, created_at, expires_at, revoked_at, last_used_at)
SELECT id, secret_hash, role, province_code, commune_code, tax_code, name, created_at, expires_at, revoked_at, last_used_at
FROM tokens;
DROP TABLE tokens;
ALTER TABLE tokens_of_now RENAME TO tokens;
CREATE INDEX tokens_by_post ON tokens (post_id);
