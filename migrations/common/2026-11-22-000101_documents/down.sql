DROP TABLE documents;
DROP TABLE uploads;
DROP TABLE blob_pieces;
DROP TABLE blobs;
