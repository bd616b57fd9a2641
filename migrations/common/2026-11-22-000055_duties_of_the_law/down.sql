DROP TABLE duty_evidence;
DROP TABLE destroyed_cases;
DROP TABLE retention_plans;
DROP TABLE legal_holds;
DROP TABLE breaches;
DROP TABLE data_subject_requests;
