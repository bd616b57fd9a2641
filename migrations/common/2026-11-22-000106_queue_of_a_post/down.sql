DROP TABLE saved_filters;
DROP TABLE case_search;
