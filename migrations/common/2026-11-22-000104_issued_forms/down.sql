DROP TABLE form_numbers;
DROP TABLE issued_forms;
