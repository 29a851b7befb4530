DROP TABLE session_steps;
ALTER TABLE plans DROP COLUMN end_reason;
ALTER TABLE plans DROP COLUMN maintenance;
ALTER TABLE plans DROP COLUMN phase_since;
