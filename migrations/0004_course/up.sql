-- The course of a plan: since when its phase, what was done before maintenance, why it ended; and what single
-- sessions did to exercises, each once.
ALTER TABLE plans ADD COLUMN phase_since DATE;
ALTER TABLE plans ADD COLUMN maintenance TEXT;
ALTER TABLE plans ADD COLUMN end_reason TEXT;

CREATE TABLE session_steps (
    log_id TEXT NOT NULL CONSTRAINT session_steps_log_id_fkey REFERENCES training_logs (id) ON DELETE CASCADE,
    exercise TEXT NOT NULL,
    step TEXT NOT NULL CONSTRAINT session_steps_step_check CHECK (step IN ('easier', 'swap', 'rest')),
    on_date DATE NOT NULL,
    taken_at TIMESTAMP NOT NULL,
    PRIMARY KEY (log_id, exercise)
);
