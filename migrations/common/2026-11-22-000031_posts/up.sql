-- A post belongs to an authority of the directory and is held by accounts over time.
CREATE TABLE posts (
    id TEXT NOT NULL PRIMARY KEY,
    authority_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    grants TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    ended_because TEXT
);
CREATE INDEX posts_by_authority ON posts (authority_id, id);

CREATE TABLE post_holders (
    post_id TEXT NOT NULL REFERENCES posts (id),
    account_id TEXT NOT NULL,
    held_from TIMESTAMP NOT NULL,
    held_until TIMESTAMP,
    reason TEXT,
    PRIMARY KEY (post_id, account_id, held_from)
);
CREATE INDEX post_holders_by_account ON post_holders (account_id, held_until);

-- The roster. A shift without an account is that of all who hold the post.
CREATE TABLE duty_shifts (
    id TEXT NOT NULL PRIMARY KEY,
    post_id TEXT NOT NULL REFERENCES posts (id),
    account_id TEXT,
    starts_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    phone TEXT NOT NULL
);
CREATE INDEX duty_shifts_by_post ON duty_shifts (post_id, ends_at);

-- To which post a case was assigned when; at most one at a time.
CREATE TABLE case_posts (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    post_id TEXT NOT NULL REFERENCES posts (id),
    since TIMESTAMP NOT NULL,
    until TIMESTAMP
);
CREATE UNIQUE INDEX case_posts_by_case ON case_posts (case_id) WHERE until IS NULL;
CREATE INDEX case_posts_by_post ON case_posts (post_id, case_id) WHERE until IS NULL;
