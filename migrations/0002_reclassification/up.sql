-- Looks at a person's pattern again (3.6): the answers, what the rules made of them, and who decided.
CREATE TABLE reclassifications (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT reclassifications_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    plan_id TEXT NOT NULL CONSTRAINT reclassifications_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    why TEXT NOT NULL CONSTRAINT reclassifications_why_check CHECK (why IN ('unclear_14', 'week_4', 'p_10', 'asked')),
    token TEXT NOT NULL,
    answers TEXT NOT NULL,
    result TEXT NOT NULL,
    ruleset_version TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    status TEXT NOT NULL CONSTRAINT reclassifications_status_check CHECK (status IN ('same', 'stopped', 'proposed', 'accepted', 'declined')),
    decided_by TEXT CONSTRAINT reclassifications_decided_by_fkey REFERENCES users (id) ON DELETE SET NULL,
    decided_at TIMESTAMP,
    reason TEXT NOT NULL,
    CONSTRAINT reclassifications_patient_id_token_key UNIQUE (patient_id, token)
);
CREATE INDEX reclassifications_plan_id_idx ON reclassifications (plan_id, made_at);
