-- One text for both databases: only types and clauses that SQLite and PostgreSQL read alike.
-- Times are UTC cut to microseconds; dates are the person's local dates; JSON is text.

CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
);

CREATE TABLE users (
    id TEXT PRIMARY KEY NOT NULL,
    email TEXT NOT NULL CONSTRAINT users_email_key UNIQUE,
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    is_patient BOOLEAN NOT NULL,
    is_physio BOOLEAN NOT NULL,
    is_admin BOOLEAN NOT NULL,
    time_zone TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    password_changed_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP
);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT CONSTRAINT sessions_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    last_seen_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

CREATE TABLE throttles (
    subject TEXT PRIMARY KEY NOT NULL,
    failures INTEGER NOT NULL,
    window_started_at TIMESTAMP NOT NULL
);

CREATE TABLE invitations (
    id TEXT PRIMARY KEY NOT NULL,
    token_hash TEXT NOT NULL CONSTRAINT invitations_token_hash_key UNIQUE,
    purpose TEXT NOT NULL CONSTRAINT invitations_purpose_check CHECK (purpose IN ('first_staff', 'staff', 'patient', 'reset')),
    invited_by TEXT CONSTRAINT invitations_invited_by_fkey REFERENCES users (id) ON DELETE CASCADE,
    for_user TEXT CONSTRAINT invitations_for_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    used_by TEXT CONSTRAINT invitations_used_by_fkey REFERENCES users (id) ON DELETE SET NULL
);

CREATE TABLE consents (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL CONSTRAINT consents_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL,
    version TEXT NOT NULL,
    given_at TIMESTAMP NOT NULL,
    withdrawn_at TIMESTAMP
);
CREATE INDEX consents_user_id_idx ON consents (user_id);

CREATE TABLE care_relations (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT care_relations_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    physio_id TEXT NOT NULL CONSTRAINT care_relations_physio_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    started_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP
);
CREATE INDEX care_relations_patient_id_idx ON care_relations (patient_id);
CREATE INDEX care_relations_physio_id_idx ON care_relations (physio_id);

CREATE TABLE audit (
    id TEXT PRIMARY KEY NOT NULL,
    at TIMESTAMP NOT NULL,
    actor_id TEXT,
    actor_kind TEXT NOT NULL,
    patient_id TEXT,
    action TEXT NOT NULL
);
CREATE INDEX audit_patient_id_idx ON audit (patient_id, at);

CREATE TABLE intakes (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT intakes_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    status TEXT NOT NULL CONSTRAINT intakes_status_check CHECK (status IN ('draft', 'submitted')),
    answers TEXT NOT NULL,
    wishes TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    submitted_at TIMESTAMP
);
CREATE INDEX intakes_patient_id_idx ON intakes (patient_id, created_at);

CREATE TABLE evaluations (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT evaluations_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    occasion TEXT NOT NULL CONSTRAINT evaluations_occasion_check CHECK (occasion IN ('check', 'intake', 'weekly', 'log')),
    at TIMESTAMP NOT NULL,
    ruleset_version TEXT NOT NULL,
    answers TEXT NOT NULL,
    result TEXT NOT NULL
);
CREATE INDEX evaluations_patient_id_idx ON evaluations (patient_id, at);

CREATE TABLE holds (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT holds_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    evaluation_id TEXT CONSTRAINT holds_evaluation_id_fkey REFERENCES evaluations (id) ON DELETE CASCADE,
    cause TEXT NOT NULL CONSTRAINT holds_cause_check CHECK (cause IN ('disposition', 'danger_sign', 'leg_symptoms')),
    answers_changed BOOLEAN NOT NULL,
    placed_at TIMESTAMP NOT NULL,
    cleared_at TIMESTAMP,
    cleared_by TEXT CONSTRAINT holds_cleared_by_fkey REFERENCES users (id) ON DELETE SET NULL,
    clearance_note TEXT
);
CREATE INDEX holds_patient_id_idx ON holds (patient_id, placed_at);

CREATE TABLE measures (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT measures_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    instrument TEXT NOT NULL CONSTRAINT measures_instrument_check CHECK (instrument IN ('nprs', 'rmdq', 'psfs', 'phq4')),
    on_date DATE NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    items TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);
CREATE INDEX measures_patient_id_idx ON measures (patient_id, instrument, on_date);

CREATE TABLE baseline_trials (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT baseline_trials_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    activity TEXT NOT NULL,
    on_date DATE NOT NULL,
    amount DOUBLE PRECISION NOT NULL,
    token TEXT NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    CONSTRAINT baseline_trials_patient_id_token_key UNIQUE (patient_id, token)
);

CREATE TABLE plans (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT plans_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    intake_id TEXT NOT NULL CONSTRAINT plans_intake_id_fkey REFERENCES intakes (id) ON DELETE CASCADE,
    status TEXT NOT NULL CONSTRAINT plans_status_check CHECK (status IN ('active', 'ended')),
    category TEXT NOT NULL,
    stage TEXT NOT NULL,
    phase INTEGER NOT NULL,
    facts TEXT NOT NULL,
    training_days TEXT NOT NULL,
    cue TEXT NOT NULL,
    ruleset_version TEXT NOT NULL,
    agreed_at TIMESTAMP NOT NULL,
    started_on DATE NOT NULL,
    ended_on DATE
);
CREATE INDEX plans_patient_id_idx ON plans (patient_id, agreed_at);

CREATE TABLE plan_items (
    id TEXT PRIMARY KEY NOT NULL,
    plan_id TEXT NOT NULL CONSTRAINT plan_items_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    prescription TEXT NOT NULL,
    added_on DATE NOT NULL,
    removed_on DATE
);
CREATE INDEX plan_items_plan_id_idx ON plan_items (plan_id, place);

CREATE TABLE plan_quotas (
    id TEXT PRIMARY KEY NOT NULL,
    plan_id TEXT NOT NULL CONSTRAINT plan_quotas_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    activity TEXT NOT NULL,
    unit TEXT NOT NULL,
    goal DOUBLE PRECISION NOT NULL,
    goal_on DATE NOT NULL,
    days_per_week INTEGER NOT NULL,
    inputs TEXT NOT NULL,
    schedule TEXT NOT NULL,
    step_index INTEGER NOT NULL
);
CREATE INDEX plan_quotas_plan_id_idx ON plan_quotas (plan_id, activity);

CREATE TABLE plan_changes (
    id TEXT PRIMARY KEY NOT NULL,
    plan_id TEXT NOT NULL CONSTRAINT plan_changes_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    at TIMESTAMP NOT NULL,
    effective_on DATE NOT NULL,
    actor_id TEXT CONSTRAINT plan_changes_actor_id_fkey REFERENCES users (id) ON DELETE SET NULL,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    before_text TEXT NOT NULL,
    after_text TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX plan_changes_plan_id_idx ON plan_changes (plan_id, at);

CREATE TABLE training_logs (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT training_logs_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    plan_id TEXT NOT NULL CONSTRAINT training_logs_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    on_date DATE NOT NULL,
    token TEXT NOT NULL,
    worst_during INTEGER,
    effort INTEGER,
    stop_symptom BOOLEAN NOT NULL,
    items TEXT NOT NULL,
    quotas TEXT NOT NULL,
    note TEXT NOT NULL,
    late BOOLEAN NOT NULL,
    logged_at TIMESTAMP NOT NULL,
    edited_at TIMESTAMP,
    CONSTRAINT training_logs_patient_id_token_key UNIQUE (patient_id, token)
);
CREATE INDEX training_logs_patient_id_idx ON training_logs (patient_id, on_date);

CREATE TABLE day_records (
    patient_id TEXT NOT NULL CONSTRAINT day_records_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    on_date DATE NOT NULL,
    average INTEGER,
    morning INTEGER,
    recorded_at TIMESTAMP NOT NULL,
    late BOOLEAN NOT NULL,
    PRIMARY KEY (patient_id, on_date)
);

CREATE TABLE journal_entries (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT journal_entries_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    token TEXT NOT NULL,
    on_date DATE NOT NULL,
    at_time TEXT NOT NULL,
    body TEXT NOT NULL,
    late BOOLEAN NOT NULL,
    recorded_at TIMESTAMP NOT NULL,
    edited_at TIMESTAMP,
    CONSTRAINT journal_entries_patient_id_token_key UNIQUE (patient_id, token)
);
CREATE INDEX journal_entries_patient_id_idx ON journal_entries (patient_id, on_date, at_time);

CREATE TABLE revisions (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT revisions_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    record_id TEXT NOT NULL,
    replaced_at TIMESTAMP NOT NULL,
    replaced_by TEXT NOT NULL,
    before_text TEXT NOT NULL
);
CREATE INDEX revisions_record_id_idx ON revisions (record_id, replaced_at);

CREATE TABLE weekly_checks (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT weekly_checks_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    plan_id TEXT NOT NULL CONSTRAINT weekly_checks_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    on_date DATE NOT NULL,
    token TEXT NOT NULL,
    answers TEXT NOT NULL,
    evaluation_id TEXT CONSTRAINT weekly_checks_evaluation_id_fkey REFERENCES evaluations (id) ON DELETE SET NULL,
    answered_at TIMESTAMP NOT NULL,
    CONSTRAINT weekly_checks_patient_id_token_key UNIQUE (patient_id, token)
);
CREATE INDEX weekly_checks_plan_id_idx ON weekly_checks (plan_id, on_date);

CREATE TABLE flares (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT flares_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    plan_id TEXT NOT NULL CONSTRAINT flares_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    pressed BOOLEAN NOT NULL,
    started_on DATE NOT NULL,
    ended_on DATE
);
CREATE INDEX flares_plan_id_idx ON flares (plan_id, started_on);

CREATE TABLE reviews (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT reviews_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    plan_id TEXT NOT NULL CONSTRAINT reviews_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    week INTEGER NOT NULL,
    ruleset_version TEXT NOT NULL,
    facts TEXT NOT NULL,
    result TEXT NOT NULL,
    reviewed_at TIMESTAMP NOT NULL,
    CONSTRAINT reviews_plan_id_week_key UNIQUE (plan_id, week)
);
CREATE INDEX reviews_patient_id_idx ON reviews (patient_id, reviewed_at);

CREATE TABLE alerts (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT alerts_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    rule TEXT NOT NULL,
    addressee TEXT NOT NULL,
    reason TEXT NOT NULL,
    raised_at TIMESTAMP NOT NULL,
    resolved_at TIMESTAMP,
    resolved_by TEXT CONSTRAINT alerts_resolved_by_fkey REFERENCES users (id) ON DELETE SET NULL
);
CREATE INDEX alerts_patient_id_idx ON alerts (patient_id, raised_at);
