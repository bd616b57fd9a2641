DELETE FROM case_audiences WHERE audience LIKE 'E%';
