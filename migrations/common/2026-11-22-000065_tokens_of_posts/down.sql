CREATE TABLE tokens_of_before (
    id TEXT NOT NULL PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('employer', 'commune', 'inspector', 'police', 'ministry', 'operator')),
    province_code TEXT,
    commune_code TEXT,
    tax_code TEXT,
    name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    last_used_at TIMESTAMP
);
INSERT INTO tokens_of_before
SELECT id, secret_hash, role, province_code, commune_code, tax_code, name, created_at, expires_at, revoked_at, last_used_at
FROM tokens WHERE role IS NOT NULL;
DROP TABLE tokens;
ALTER TABLE tokens_of_before RENAME TO tokens;
