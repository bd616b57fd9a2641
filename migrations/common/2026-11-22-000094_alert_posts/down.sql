DROP TABLE alert_posts;
