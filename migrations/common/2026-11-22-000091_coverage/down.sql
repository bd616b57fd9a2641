DROP TABLE coverage_reports;
