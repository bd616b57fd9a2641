DROP TABLE catalogues;
DROP TABLE unit_successions;
DROP TABLE units;
