DROP TABLE merged_cases;
