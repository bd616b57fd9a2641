-- The state stands beside the audience, so that one office's cases of one ended state are one range of an
-- index, however many others have ended.
ALTER TABLE case_audiences ADD COLUMN status TEXT NOT NULL DEFAULT '';
UPDATE case_audiences SET status = (SELECT status FROM cases WHERE id = case_id);
CREATE INDEX case_audiences_ended_by_status ON case_audiences (audience, status, case_id) WHERE closed_at IS NOT NULL;
CREATE INDEX cases_ended_by_status ON cases (status, id) WHERE closed_at IS NOT NULL;

-- How many messages were sent, failed, withdrawn, counted without reading what they said.
CREATE INDEX outbox_settled ON outbox (status) WHERE settled_at IS NOT NULL;
-- Those whose facts are still there, to be emptied.
CREATE INDEX outbox_settled_with_facts ON outbox (id) WHERE settled_at IS NOT NULL AND payload IS NOT NULL;
