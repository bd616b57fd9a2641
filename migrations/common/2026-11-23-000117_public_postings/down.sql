DROP INDEX case_events_of_postings;
