ALTER TABLE documents DROP COLUMN form_page;
ALTER TABLE documents DROP COLUMN issued_form;
