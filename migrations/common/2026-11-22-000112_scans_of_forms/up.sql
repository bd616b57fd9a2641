-- A document that is the scan of a form that we issued: which, and which page, by the code on it.
ALTER TABLE documents ADD COLUMN issued_form TEXT REFERENCES issued_forms (id);
ALTER TABLE documents ADD COLUMN form_page INTEGER;
