-- Cases that an employer declared and its own team investigates are in its queue: 'E' and the tax code.
INSERT INTO case_audiences (audience, case_id, due_at, received_at, closed_at, status)
SELECT 'E' || c.establishment_tax_code, c.id, c.due_at, c.received_at, c.closed_at, c.status
FROM cases c
WHERE c.level = 'facility' AND c.sector NOT IN ('army', 'police') AND c.establishment_tax_code IS NOT NULL
  AND EXISTS (SELECT 1 FROM declarations d WHERE d.case_id = c.id AND d.declarant_role = 'employer');
