-- What somebody has, and the open cases that nobody has: few among all, and looked for with every look at the desk.
CREATE INDEX cases_by_assignee ON cases (assigned_to) WHERE assigned_to IS NOT NULL;
CREATE INDEX cases_open_unassigned ON cases (due_at, id) WHERE closed_at IS NULL AND assigned_to IS NULL;
