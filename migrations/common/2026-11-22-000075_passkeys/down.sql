ALTER TABLE sessions DROP COLUMN proof;
DROP TABLE passkey_challenges;
DROP TABLE passkeys;
