DROP INDEX cases_by_time;
