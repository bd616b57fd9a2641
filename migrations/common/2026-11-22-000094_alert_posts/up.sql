-- To which post an alert belongs, of the authority that is told; at most one at a time.
CREATE TABLE alert_posts (
    id TEXT NOT NULL PRIMARY KEY,
    alert_id TEXT NOT NULL REFERENCES alerts (id),
    case_id TEXT NOT NULL REFERENCES cases (id),
    post_id TEXT NOT NULL REFERENCES posts (id),
    since TIMESTAMP NOT NULL,
    until TIMESTAMP
);
CREATE UNIQUE INDEX alert_posts_by_alert ON alert_posts (alert_id) WHERE until IS NULL;
CREATE INDEX alert_posts_by_case ON alert_posts (case_id) WHERE until IS NULL;
CREATE INDEX alert_posts_by_post ON alert_posts (post_id, case_id) WHERE until IS NULL;

-- Of a case that was destroyed nothing is assigned any more: it could not be handed over, and its post not end.
UPDATE case_posts SET until = (SELECT destroyed_at FROM destroyed_cases d WHERE d.case_id = case_posts.case_id)
WHERE until IS NULL AND case_id IN (SELECT case_id FROM destroyed_cases);
