DROP TABLE tokens;
DROP TABLE law_rules;
DROP TABLE authorities;
