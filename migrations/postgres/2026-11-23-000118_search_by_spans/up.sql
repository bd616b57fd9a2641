-- Beside the week of its receipt each case bears the span of eight weeks in which it lies, so that a year and more of
-- the newest cases is asked for by a few entries. It stands in the index alone.
DROP INDEX case_search_by_marks;
CREATE INDEX case_search_by_marks ON case_search
    USING gin (
        string_to_array(scope || ' s' || CAST(floor(extract(epoch FROM received_at) / 4838400) AS BIGINT), ' '),
        string_to_array(marks, ' '))
    WITH (gin_pending_list_limit = 256);
-- How a search is asked hangs on the statistics of this index, which it has from now on.
ANALYZE case_search;
