DROP INDEX cases_open_unassigned;
DROP INDEX cases_by_assignee;
