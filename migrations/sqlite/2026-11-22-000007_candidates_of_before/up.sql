-- The candidates of cases that were there before the table.
INSERT INTO case_candidates (unit_code, case_id)
SELECT DISTINCT json_extract(u.value, '$.code'), c.id
FROM cases c, json_each(c.decision, '$.place.today') u
WHERE json_array_length(c.decision, '$.place.today') > 1;
INSERT INTO case_candidates (unit_code, case_id)
SELECT DISTINCT p.value, c.id
FROM cases c, json_each(c.decision, '$.provinces') p
WHERE json_array_length(c.decision, '$.provinces') > 1;
