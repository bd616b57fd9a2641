DROP TABLE transfer_givers;
DROP TABLE transfers;
