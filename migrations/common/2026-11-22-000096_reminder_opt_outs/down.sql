DROP TABLE reminder_opt_outs;
