DROP TABLE offer_answers;
ALTER TABLE plan_quotas DROP COLUMN scheduled_on;
ALTER TABLE plans DROP COLUMN smaller;
