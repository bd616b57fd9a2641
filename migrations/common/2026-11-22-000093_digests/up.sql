-- What reminds people of legal limits: one mail a day for each post, or authority. Who makes the row sends it.
CREATE TABLE digests (
    day DATE NOT NULL,                  -- in Việt Nam
    addressee TEXT NOT NULL CHECK (addressee IN ('post', 'authority', 'operator')),
    addressee_id TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    cases INTEGER NOT NULL,             -- how many cases, and limits, it is about
    limits INTEGER NOT NULL,
    PRIMARY KEY (day, addressee, addressee_id)
);

-- The days whose mails are all noted.
CREATE TABLE digest_days (
    day DATE NOT NULL PRIMARY KEY,
    done_at TIMESTAMP NOT NULL
);

-- What is still to be done, by its day. A stopped clock leaves it, so that it is as small as the work that is left.
CREATE INDEX clocks_running_by_due ON clocks (due_raw) WHERE stopped_at IS NULL;
