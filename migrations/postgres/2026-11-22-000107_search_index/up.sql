-- Audiences and marks in one inverted index: where both are rare enough, few rows are opened. New entries wait in
-- a list that every question reads through, so that it is kept short.
CREATE INDEX case_search_by_marks ON case_search
    USING gin (string_to_array(scope, ' '), string_to_array(marks, ' '))
    WITH (gin_pending_list_limit = 256);
