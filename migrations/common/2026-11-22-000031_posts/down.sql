DROP TABLE case_posts;
DROP TABLE duty_shifts;
DROP TABLE post_holders;
DROP TABLE posts;
