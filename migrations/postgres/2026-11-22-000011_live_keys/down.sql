DROP TRIGGER cases_live_key ON cases;
DROP FUNCTION refuse_dead_key();
