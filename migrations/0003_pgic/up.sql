-- The global impression of change joins the measures. SQLite cannot alter a check, so the table is made again.
CREATE TABLE measures_new (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT measures_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    instrument TEXT NOT NULL CONSTRAINT measures_instrument_check CHECK (instrument IN ('nprs', 'rmdq', 'psfs', 'phq4', 'pgic')),
    on_date DATE NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    items TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
INSERT INTO measures_new (id, patient_id, instrument, on_date, score, items, recorded_at)
SELECT id, patient_id, instrument, on_date, score, items, recorded_at FROM measures;
DROP TABLE measures;
ALTER TABLE measures_new RENAME TO measures;
CREATE INDEX measures_patient_id_idx ON measures (patient_id, instrument, on_date);
