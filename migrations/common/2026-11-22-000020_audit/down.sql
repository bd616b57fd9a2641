DROP TABLE audit_roots;
DROP TABLE audit_entries;
