DROP TABLE oidc_visits;
DROP TABLE identities;
