-- The worst pain of a day, and what came into a journal from a file. Days and sessions of a file have tables of
-- their own, so that nothing which decides about a plan can take them for answers.
ALTER TABLE day_records ADD COLUMN worst INTEGER;

CREATE TABLE imports (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT imports_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    -- The file while it waits for a yes; empty afterwards.
    content TEXT NOT NULL,
    -- Rows that were taken from it.
    taken INTEGER NOT NULL,
    uploaded_at TIMESTAMP NOT NULL,
    taken_at TIMESTAMP
);
CREATE INDEX imports_patient_id_idx ON imports (patient_id, uploaded_at);

-- Set where an entry came from a file; with the time zone its day and time are meant in.
ALTER TABLE journal_entries ADD COLUMN import_id TEXT CONSTRAINT journal_entries_import_id_fkey REFERENCES imports (id) ON DELETE CASCADE;
ALTER TABLE journal_entries ADD COLUMN zone TEXT;

CREATE TABLE imported_days (
    patient_id TEXT NOT NULL CONSTRAINT imported_days_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    on_date DATE NOT NULL,
    import_id TEXT NOT NULL CONSTRAINT imported_days_import_id_fkey REFERENCES imports (id) ON DELETE CASCADE,
    average INTEGER,
    worst INTEGER,
    morning INTEGER,
    late BOOLEAN NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    edited_at TIMESTAMP,
    zone TEXT NOT NULL,
    PRIMARY KEY (patient_id, on_date)
);

CREATE TABLE imported_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT imported_sessions_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    import_id TEXT NOT NULL CONSTRAINT imported_sessions_import_id_fkey REFERENCES imports (id) ON DELETE CASCADE,
    token TEXT NOT NULL,
    on_date DATE NOT NULL,
    said TEXT NOT NULL,
    late BOOLEAN NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    edited_at TIMESTAMP,
    zone TEXT NOT NULL,
    CONSTRAINT imported_sessions_patient_id_token_key UNIQUE (patient_id, token)
);
