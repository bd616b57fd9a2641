-- The record of the employer for whose software a token was made; its tax code alone says nothing, for several
-- records may stand under it.
ALTER TABLE tokens ADD COLUMN employer_id TEXT;
CREATE INDEX tokens_by_employer ON tokens (employer_id);
-- Somebody said that the token of a post stays although whoever made it leaves: when, who (an account, or the
-- command line), and why.
ALTER TABLE tokens ADD COLUMN kept_at TIMESTAMP;
ALTER TABLE tokens ADD COLUMN kept_by TEXT;
ALTER TABLE tokens ADD COLUMN kept_because TEXT;
