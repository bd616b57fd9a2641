-- What was posted last, for everybody: few of the rows of a timeline, found without the others.
CREATE INDEX case_events_of_postings ON case_events (happened_at, case_id) WHERE action = 'confirm_posting';
