-- Benefits that were decided are still to be paid, and their file to be sent, when a case is closed (C28 Art.
-- 6.3.c, 7.2). Of ended cases only these few have a limit: NO_DUE stands in all others.
CREATE INDEX cases_outlived_by_due ON cases (due_at, id)
    WHERE closed_at IS NOT NULL AND due_at < '9999-12-31 00:00:00';
CREATE INDEX case_audiences_outlived_by_due ON case_audiences (audience, due_at, case_id)
    WHERE closed_at IS NOT NULL AND due_at < '9999-12-31 00:00:00';

-- What closing stopped in silence runs on.
UPDATE clocks SET stopped_at = NULL, stopped_because = NULL
WHERE clock IN ('K10C', 'K10D') AND stopped_because = 'ended'
  AND case_id IN (SELECT id FROM cases WHERE status IN ('CLOSED', 'ARCHIVED') AND closed_at IS NOT NULL)
  AND case_id NOT IN (SELECT case_id FROM destroyed_cases);
UPDATE cases SET due_at = (
    SELECT MIN(due_raw) FROM clocks
    WHERE clocks.case_id = cases.id AND clock IN ('K10C', 'K10D') AND stopped_at IS NULL
)
WHERE status IN ('CLOSED', 'ARCHIVED') AND closed_at IS NOT NULL AND id IN (
    SELECT case_id FROM clocks WHERE clock IN ('K10C', 'K10D') AND stopped_at IS NULL
);
UPDATE case_audiences SET due_at = (SELECT cases.due_at FROM cases WHERE cases.id = case_id)
WHERE status IN ('CLOSED', 'ARCHIVED') AND case_id IN (
    SELECT case_id FROM clocks WHERE clock IN ('K10C', 'K10D') AND stopped_at IS NULL
);
