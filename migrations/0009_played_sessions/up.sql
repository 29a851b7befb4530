-- Sessions that are being played, exercise by exercise, until they are logged.
CREATE TABLE played_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT played_sessions_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    plan_id TEXT NOT NULL CONSTRAINT played_sessions_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    on_date DATE NOT NULL,
    token TEXT NOT NULL,
    presses TEXT NOT NULL,
    stopped TEXT NOT NULL,
    started_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP,
    CONSTRAINT played_sessions_patient_id_token_key UNIQUE (patient_id, token)
);
CREATE INDEX played_sessions_patient_id_idx ON played_sessions (patient_id, on_date);
