DROP TABLE used_challenges;
DROP TABLE informants;
DROP TABLE notices;
