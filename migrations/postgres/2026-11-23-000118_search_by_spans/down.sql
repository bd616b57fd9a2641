DROP INDEX case_search_by_marks;
CREATE INDEX case_search_by_marks ON case_search
    USING gin (string_to_array(scope, ' '), string_to_array(marks, ' '))
    WITH (gin_pending_list_limit = 256);
ANALYZE case_search;
