DROP TABLE imported_sessions;
DROP TABLE imported_days;
ALTER TABLE journal_entries DROP COLUMN zone;
ALTER TABLE journal_entries DROP COLUMN import_id;
DROP TABLE imports;
ALTER TABLE day_records DROP COLUMN worst;
