DROP TABLE notice_photos;
