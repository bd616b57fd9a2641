-- What was received and what happened is only ever added to.
CREATE TRIGGER declarations_no_update BEFORE UPDATE ON declarations BEGIN SELECT RAISE(ABORT, 'declarations is only ever added to'); END;
CREATE TRIGGER declarations_no_delete BEFORE DELETE ON declarations BEGIN SELECT RAISE(ABORT, 'declarations is only ever added to'); END;
CREATE TRIGGER supplements_no_update BEFORE UPDATE ON supplements BEGIN SELECT RAISE(ABORT, 'supplements is only ever added to'); END;
CREATE TRIGGER supplements_no_delete BEFORE DELETE ON supplements BEGIN SELECT RAISE(ABORT, 'supplements is only ever added to'); END;
CREATE TRIGGER case_events_no_update BEFORE UPDATE ON case_events BEGIN SELECT RAISE(ABORT, 'case_events is only ever added to'); END;
CREATE TRIGGER case_events_no_delete BEFORE DELETE ON case_events BEGIN SELECT RAISE(ABORT, 'case_events is only ever added to'); END;
CREATE TRIGGER delivery_attempts_no_update BEFORE UPDATE ON delivery_attempts BEGIN SELECT RAISE(ABORT, 'delivery_attempts is only ever added to'); END;
CREATE TRIGGER delivery_attempts_no_delete BEFORE DELETE ON delivery_attempts BEGIN SELECT RAISE(ABORT, 'delivery_attempts is only ever added to'); END;
