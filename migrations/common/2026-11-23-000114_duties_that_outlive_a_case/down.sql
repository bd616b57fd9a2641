-- The limits of ended cases stay where they are: nothing says which of them an end had stopped.
DROP INDEX case_audiences_outlived_by_due;
DROP INDEX cases_outlived_by_due;
