DROP TRIGGER declarations_append_only ON declarations;
DROP TRIGGER supplements_append_only ON supplements;
DROP TRIGGER case_events_append_only ON case_events;
DROP TRIGGER delivery_attempts_append_only ON delivery_attempts;
DROP FUNCTION refuse_change();
