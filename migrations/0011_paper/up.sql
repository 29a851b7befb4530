-- Weeks on paper: a sheet with what it asked for and a short code to find it by, the days keyed in from it, and
-- the questions somebody brings to their next visit.
CREATE TABLE paper_sheets (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT paper_sheets_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    plan_id TEXT NOT NULL CONSTRAINT paper_sheets_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    week_from DATE NOT NULL,
    asks TEXT NOT NULL,
    made_by TEXT CONSTRAINT paper_sheets_made_by_fkey REFERENCES users (id) ON DELETE SET NULL,
    made_at TIMESTAMP NOT NULL,
    CONSTRAINT paper_sheets_code_key UNIQUE (code)
);
CREATE INDEX paper_sheets_patient_id_idx ON paper_sheets (patient_id, week_from);

CREATE TABLE paper_entries (
    sheet_id TEXT NOT NULL CONSTRAINT paper_entries_sheet_id_fkey REFERENCES paper_sheets (id) ON DELETE CASCADE,
    on_date DATE NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT paper_entries_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    token TEXT NOT NULL,
    log_id TEXT CONSTRAINT paper_entries_log_id_fkey REFERENCES training_logs (id) ON DELETE CASCADE,
    entered_by TEXT CONSTRAINT paper_entries_entered_by_fkey REFERENCES users (id) ON DELETE SET NULL,
    entered_at TIMESTAMP NOT NULL,
    CONSTRAINT paper_entries_pkey PRIMARY KEY (sheet_id, on_date)
);
CREATE INDEX paper_entries_patient_id_idx ON paper_entries (patient_id, on_date);

CREATE TABLE visit_questions (
    patient_id TEXT NOT NULL PRIMARY KEY CONSTRAINT visit_questions_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    questions TEXT NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
