-- Drafts of notices that a phone has given away for safe keeping. They are sealed on the phone with a key that follows
-- from a recovery code: nobody here can read one, and who asks for one must know the code.
CREATE TABLE drafts_kept (
    id_hash TEXT NOT NULL PRIMARY KEY,  -- hash of the address that follows from the code
    sealed TEXT NOT NULL,               -- base64url of the nonce and the sealed draft
    kept_until TIMESTAMP NOT NULL       -- UTC; every saving moves it on
);
CREATE INDEX drafts_kept_by_end ON drafts_kept (kept_until);
