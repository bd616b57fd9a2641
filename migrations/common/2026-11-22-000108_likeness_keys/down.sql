DROP TABLE likeness_fills;
DROP TABLE likeness_keys;
