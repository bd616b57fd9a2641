DROP INDEX case_search_by_marks;
