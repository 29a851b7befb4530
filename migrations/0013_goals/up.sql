-- Goals followed through, days chosen anew, both sides' agreement, changes seen, holidays and illness, measures
-- put off, and check-ins after the programme.

-- What a person wants to do again. The first ones come from the intake; `id` of those is the intake's and a place.
CREATE TABLE goals (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT goals_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    intake_id TEXT NOT NULL CONSTRAINT goals_intake_id_fkey REFERENCES intakes (id) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    wording TEXT NOT NULL,
    set_on DATE NOT NULL,
    reached_on DATE,
    -- First day on which another goal stands in its place.
    ended_on DATE,
    set_at TIMESTAMP NOT NULL
);
CREATE INDEX goals_patient_id_idx ON goals (patient_id);
-- How a goal was worded before.
CREATE TABLE goal_wordings (
    id TEXT NOT NULL PRIMARY KEY,
    goal_id TEXT NOT NULL CONSTRAINT goal_wordings_goal_id_fkey REFERENCES goals (id) ON DELETE CASCADE,
    wording TEXT NOT NULL,
    until_at TIMESTAMP NOT NULL
);
CREATE INDEX goal_wordings_goal_id_idx ON goal_wordings (goal_id);

-- Training days from a day on. A plan without a row has the days it was agreed with.
CREATE TABLE plan_days (
    id TEXT NOT NULL PRIMARY KEY,
    plan_id TEXT NOT NULL CONSTRAINT plan_days_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    from_on DATE NOT NULL,
    days TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    CONSTRAINT plan_days_plan_id_from_on_key UNIQUE (plan_id, from_on)
);

-- The physiotherapist's side of the agreement.
CREATE TABLE plan_agreements (
    plan_id TEXT NOT NULL PRIMARY KEY CONSTRAINT plan_agreements_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    physio_id TEXT NOT NULL CONSTRAINT plan_agreements_physio_id_fkey REFERENCES users (id),
    agreed_at TIMESTAMP NOT NULL
);

-- Up to which change of the plan a person has seen it all.
CREATE TABLE changes_seen (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT changes_seen_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    until_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL
);
CREATE INDEX changes_seen_patient_id_idx ON changes_seen (patient_id);

-- Announced days without the plan.
CREATE TABLE breaks (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT breaks_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    plan_id TEXT NOT NULL CONSTRAINT breaks_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CONSTRAINT breaks_kind_check CHECK (kind IN ('holiday', 'illness')),
    starts_on DATE NOT NULL,
    -- Last day of a holiday; an illness has none.
    ends_on DATE,
    -- First day of being back, once the person said so.
    back_on DATE,
    token TEXT NOT NULL,
    told_at TIMESTAMP NOT NULL,
    CONSTRAINT breaks_patient_id_token_key UNIQUE (patient_id, token)
);

-- "Not now" to measures that were due.
CREATE TABLE measure_delays (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT measure_delays_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    on_date DATE NOT NULL,
    delayed_at TIMESTAMP NOT NULL
);
CREATE INDEX measure_delays_patient_id_idx ON measure_delays (patient_id);

-- Short check-ins after turning to keeping, or after the end.
CREATE TABLE check_ins (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT check_ins_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    plan_id TEXT NOT NULL CONSTRAINT check_ins_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    -- First day of keeping, or the day of the end.
    since DATE NOT NULL,
    -- 30, 90 or 180 days after it.
    after_days INTEGER NOT NULL,
    on_date DATE NOT NULL,
    anything_new BOOLEAN NOT NULL,
    answered_at TIMESTAMP NOT NULL,
    CONSTRAINT check_ins_plan_id_since_after_days_key UNIQUE (plan_id, since, after_days)
);
