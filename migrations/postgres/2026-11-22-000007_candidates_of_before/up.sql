-- The candidates of cases that were there before the table.
INSERT INTO case_candidates (unit_code, case_id)
SELECT DISTINCT u.value ->> 'code', c.id
FROM cases c, jsonb_array_elements(c.decision::jsonb #> '{place,today}') AS u (value)
WHERE jsonb_array_length(c.decision::jsonb #> '{place,today}') > 1;
INSERT INTO case_candidates (unit_code, case_id)
SELECT DISTINCT p.value, c.id
FROM cases c, jsonb_array_elements_text(c.decision::jsonb -> 'provinces') AS p (value)
WHERE jsonb_array_length(c.decision::jsonb -> 'provinces') > 1;
