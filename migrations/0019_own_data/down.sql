DROP TABLE archive_looks;
DROP TABLE archives;
DROP TABLE corrections;
ALTER TABLE users DROP COLUMN closing_at;
