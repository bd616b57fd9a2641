-- Posts, and authorities, that want no reminders before a limit ends. What ends today or has passed is named all the same.
CREATE TABLE reminder_opt_outs (
    addressee TEXT NOT NULL CHECK (addressee IN ('post', 'authority')),
    addressee_id TEXT NOT NULL,
    since TIMESTAMP NOT NULL,
    PRIMARY KEY (addressee, addressee_id)
);
