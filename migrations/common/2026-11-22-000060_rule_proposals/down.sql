DROP TABLE rule_proposals;
