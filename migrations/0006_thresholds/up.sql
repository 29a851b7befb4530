-- What the clinic set of the rules' numbers (13 no. 11). Rows are never changed: each decision can be read
-- with the numbers of its day.
CREATE TABLE clinic_thresholds (
    id TEXT NOT NULL PRIMARY KEY,
    effective_on DATE NOT NULL,
    session_pain INTEGER NOT NULL CONSTRAINT clinic_thresholds_session_pain_check CHECK (session_pain BETWEEN -1 AND 1),
    week_pain INTEGER NOT NULL CONSTRAINT clinic_thresholds_week_pain_check CHECK (week_pain BETWEEN -1 AND 1),
    adherence INTEGER NOT NULL CONSTRAINT clinic_thresholds_adherence_check CHECK (adherence BETWEEN 40 AND 80),
    quota_step INTEGER NOT NULL CONSTRAINT clinic_thresholds_quota_step_check CHECK (quota_step BETWEEN 5 AND 20),
    alerts_a_day INTEGER NOT NULL CONSTRAINT clinic_thresholds_alerts_a_day_check CHECK (alerts_a_day BETWEEN 1 AND 200),
    reason TEXT NOT NULL,
    set_by TEXT CONSTRAINT clinic_thresholds_set_by_fkey REFERENCES users (id) ON DELETE SET NULL,
    set_at TIMESTAMP NOT NULL,
    token TEXT NOT NULL CONSTRAINT clinic_thresholds_token_key UNIQUE
);
CREATE INDEX clinic_thresholds_effective_on_idx ON clinic_thresholds (effective_on);
