DROP TABLE check_ins;
DROP TABLE measure_delays;
DROP TABLE breaks;
DROP TABLE changes_seen;
DROP TABLE plan_agreements;
DROP TABLE plan_days;
DROP TABLE goal_wordings;
DROP TABLE goals;
