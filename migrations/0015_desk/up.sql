-- The physiotherapist's desk: who cares for whom, what waits for a decision, plans edited together, templates, numbers
-- for one person, messages, adverse events, notes, letters and overrides.

-- An account that a physiotherapist made in the room and whose person has set no password yet.
ALTER TABLE users ADD COLUMN unclaimed BOOLEAN NOT NULL DEFAULT FALSE;

-- In charge, or an emergency: somebody who is not looks into the record, for a while and with a reason that the patient reads.
ALTER TABLE care_relations ADD COLUMN kind TEXT NOT NULL DEFAULT 'in_charge' CONSTRAINT care_relations_kind_check CHECK (kind IN ('in_charge', 'emergency'));
ALTER TABLE care_relations ADD COLUMN until_at TIMESTAMP;
ALTER TABLE care_relations ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE care_relations ADD COLUMN made_by TEXT;

-- While somebody is away another physiotherapist stands in for all of theirs.
CREATE TABLE leaves (
    id TEXT NOT NULL PRIMARY KEY,
    physio_id TEXT NOT NULL CONSTRAINT leaves_physio_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    cover_id TEXT NOT NULL CONSTRAINT leaves_cover_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    -- From this instant until that one.
    from_at TIMESTAMP NOT NULL,
    until_at TIMESTAMP NOT NULL,
    ended_at TIMESTAMP,
    made_by TEXT CONSTRAINT leaves_made_by_fkey REFERENCES users (id),
    made_at TIMESTAMP NOT NULL
);
CREATE INDEX leaves_cover_id_idx ON leaves (cover_id, until_at);
CREATE INDEX leaves_physio_id_idx ON leaves (physio_id, until_at);

-- What an invitation brings along: a short code to type, an address, template, first settings and the checklist.
ALTER TABLE invitations ADD COLUMN code_hash TEXT;
ALTER TABLE invitations ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE invitations ADD COLUMN brings TEXT NOT NULL DEFAULT '{}';
-- Taken back or made anew; one that ran out without either is shown to whoever made it.
ALTER TABLE invitations ADD COLUMN ended_at TIMESTAMP;
CREATE UNIQUE INDEX invitations_code_hash_key ON invitations (code_hash);

-- What a physiotherapist said to an entry of the inbox: not before a day, or done. `item` names the entry.
CREATE TABLE inbox_marks (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT inbox_marks_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    item TEXT NOT NULL,
    mark TEXT NOT NULL CONSTRAINT inbox_marks_mark_check CHECK (mark IN ('snoozed', 'done', 'again')),
    until_on DATE,
    made_by TEXT CONSTRAINT inbox_marks_made_by_fkey REFERENCES users (id),
    made_at TIMESTAMP NOT NULL
);
CREATE INDEX inbox_marks_patient_id_idx ON inbox_marks (patient_id, made_at);

-- Templates of the clinic; versions are only ever added.
CREATE TABLE plan_templates (
    id TEXT NOT NULL PRIMARY KEY,
    token TEXT NOT NULL CONSTRAINT plan_templates_token_key UNIQUE,
    made_by TEXT CONSTRAINT plan_templates_made_by_fkey REFERENCES users (id),
    made_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP
);
CREATE TABLE plan_template_versions (
    template_id TEXT NOT NULL CONSTRAINT plan_template_versions_template_id_fkey REFERENCES plan_templates (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    token TEXT NOT NULL CONSTRAINT plan_template_versions_token_key UNIQUE,
    made_by TEXT CONSTRAINT plan_template_versions_made_by_fkey REFERENCES users (id),
    made_at TIMESTAMP NOT NULL,
    note TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (template_id, version)
);
-- Which version of which template a plan follows, and in which of its phases, from a day on; the newest row counts.
CREATE TABLE template_uses (
    id TEXT NOT NULL PRIMARY KEY,
    plan_id TEXT NOT NULL CONSTRAINT template_uses_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    template_id TEXT NOT NULL CONSTRAINT template_uses_template_id_fkey REFERENCES plan_templates (id),
    version INTEGER NOT NULL,
    phase INTEGER NOT NULL,
    from_on DATE NOT NULL,
    made_by TEXT CONSTRAINT template_uses_made_by_fkey REFERENCES users (id),
    made_at TIMESTAMP NOT NULL
);
CREATE INDEX template_uses_plan_id_idx ON template_uses (plan_id, made_at);
CREATE INDEX template_uses_template_id_idx ON template_uses (template_id, version);

-- A plan as somebody is editing it. At most one open draft for each plan: whoever comes second joins it.
CREATE TABLE plan_drafts (
    id TEXT NOT NULL PRIMARY KEY,
    plan_id TEXT NOT NULL CONSTRAINT plan_drafts_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    status TEXT NOT NULL CONSTRAINT plan_drafts_status_check CHECK (status IN ('open', 'sent', 'applied', 'declined', 'dropped')),
    -- The plan as it was when the draft began, and as it is to be.
    base TEXT NOT NULL,
    body TEXT NOT NULL,
    reason TEXT NOT NULL,
    -- Counts the changes of the draft: a form that was shown before the last one is not written over it.
    revision INTEGER NOT NULL,
    made_by TEXT CONSTRAINT plan_drafts_made_by_fkey REFERENCES users (id),
    made_at TIMESTAMP NOT NULL,
    changed_by TEXT CONSTRAINT plan_drafts_changed_by_fkey REFERENCES users (id),
    changed_at TIMESTAMP NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    settled_at TIMESTAMP
);
CREATE INDEX plan_drafts_plan_id_idx ON plan_drafts (plan_id, status);
-- A plan as it was after each change by hand; `made_by` is empty for what the rules and the patient changed in between.
CREATE TABLE plan_versions (
    plan_id TEXT NOT NULL CONSTRAINT plan_versions_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT CONSTRAINT plan_versions_made_by_fkey REFERENCES users (id),
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (plan_id, version)
);

-- A dose for a day alone.
CREATE TABLE day_doses (
    item_id TEXT NOT NULL CONSTRAINT day_doses_item_id_fkey REFERENCES plan_items (id) ON DELETE CASCADE,
    on_date DATE NOT NULL,
    prescription TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT CONSTRAINT day_doses_made_by_fkey REFERENCES users (id),
    made_at TIMESTAMP NOT NULL,
    PRIMARY KEY (item_id, on_date)
);
-- A dose that begins on a later day.
CREATE TABLE planned_doses (
    id TEXT NOT NULL PRIMARY KEY,
    item_id TEXT NOT NULL CONSTRAINT planned_doses_item_id_fkey REFERENCES plan_items (id) ON DELETE CASCADE,
    from_on DATE NOT NULL,
    prescription TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT CONSTRAINT planned_doses_made_by_fkey REFERENCES users (id),
    made_at TIMESTAMP NOT NULL,
    -- When it took effect, or was taken back.
    settled_at TIMESTAMP
);
CREATE INDEX planned_doses_item_id_idx ON planned_doses (item_id, from_on);

-- Rules for one person: who moves the plan on, and numbers of their own (none: the clinic's). Rows are only ever added.
CREATE TABLE patient_rules (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT patient_rules_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    effective_on DATE NOT NULL,
    mode TEXT NOT NULL CONSTRAINT patient_rules_mode_check CHECK (mode IN ('automatic', 'propose')),
    own_numbers BOOLEAN NOT NULL,
    session_pain INTEGER NOT NULL,
    week_pain INTEGER NOT NULL,
    adherence INTEGER NOT NULL,
    quota_step INTEGER NOT NULL,
    reason TEXT NOT NULL,
    set_by TEXT CONSTRAINT patient_rules_set_by_fkey REFERENCES users (id),
    set_at TIMESTAMP NOT NULL,
    token TEXT NOT NULL CONSTRAINT patient_rules_token_key UNIQUE
);
CREATE INDEX patient_rules_patient_id_idx ON patient_rules (patient_id, effective_on);
-- What a reviewed week would move on, waiting for a physiotherapist's yes.
CREATE TABLE proposals (
    review_id TEXT NOT NULL PRIMARY KEY CONSTRAINT proposals_review_id_fkey REFERENCES reviews (id) ON DELETE CASCADE,
    patient_id TEXT NOT NULL CONSTRAINT proposals_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    plan_id TEXT NOT NULL CONSTRAINT proposals_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    status TEXT NOT NULL CONSTRAINT proposals_status_check CHECK (status IN ('waiting', 'approved', 'declined', 'lapsed')),
    reason TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    decided_by TEXT CONSTRAINT proposals_decided_by_fkey REFERENCES users (id),
    decided_at TIMESTAMP
);
CREATE INDEX proposals_patient_id_idx ON proposals (patient_id, status);

-- Messages between a patient and the clinic.
CREATE TABLE messages (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT messages_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    author_id TEXT CONSTRAINT messages_author_id_fkey REFERENCES users (id),
    from_clinic BOOLEAN NOT NULL,
    body TEXT NOT NULL,
    token TEXT NOT NULL CONSTRAINT messages_token_key UNIQUE,
    sent_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP
);
CREATE INDEX messages_patient_id_idx ON messages (patient_id, sent_at);
-- Whether a patient wants messages, and an e-mail when there is one.
CREATE TABLE message_choices (
    patient_id TEXT NOT NULL PRIMARY KEY CONSTRAINT message_choices_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    is_on BOOLEAN NOT NULL,
    by_mail BOOLEAN NOT NULL,
    changed_at TIMESTAMP NOT NULL
);
-- A problem with an exercise, from a message, a session or what somebody told.
CREATE TABLE adverse_events (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT adverse_events_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    message_id TEXT CONSTRAINT adverse_events_message_id_fkey REFERENCES messages (id),
    exercise TEXT NOT NULL,
    happened_on DATE NOT NULL,
    description TEXT NOT NULL,
    severity TEXT NOT NULL,
    reported_by TEXT CONSTRAINT adverse_events_reported_by_fkey REFERENCES users (id),
    opened_at TIMESTAMP NOT NULL,
    outcome TEXT NOT NULL,
    closed_by TEXT CONSTRAINT adverse_events_closed_by_fkey REFERENCES users (id),
    closed_at TIMESTAMP,
    token TEXT NOT NULL CONSTRAINT adverse_events_token_key UNIQUE
);
CREATE INDEX adverse_events_patient_id_idx ON adverse_events (patient_id, opened_at);
-- Which e-mails a link in one of them stops.
ALTER TABLE stop_links ADD COLUMN about TEXT NOT NULL DEFAULT 'reminders' CONSTRAINT stop_links_about_check CHECK (about IN ('reminders', 'news'));
-- Two more kinds of e-mail: a message waits for a patient, or for whoever looks after them.
CREATE TABLE outbox_copy AS SELECT * FROM outbox;
DROP TABLE outbox;
CREATE TABLE outbox (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL CONSTRAINT outbox_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CONSTRAINT outbox_kind_check CHECK (kind IN ('first', 'second', 'test', 'reset', 'news', 'desk')),
    on_date DATE NOT NULL,
    token TEXT NOT NULL,
    status TEXT NOT NULL CONSTRAINT outbox_status_check CHECK (status IN ('waiting', 'sending', 'sent', 'failed', 'dropped')),
    problem TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    lost INTEGER NOT NULL,
    made_at TIMESTAMP NOT NULL,
    next_at TIMESTAMP NOT NULL,
    until_at TIMESTAMP NOT NULL,
    settled_at TIMESTAMP,
    CONSTRAINT outbox_user_id_on_date_kind_token_key UNIQUE (user_id, on_date, kind, token)
);
INSERT INTO outbox SELECT * FROM outbox_copy;
DROP TABLE outbox_copy;
CREATE INDEX outbox_status_next_at_idx ON outbox (status, next_at);

-- A physiotherapist's notes; a correction is another row that names the first.
CREATE TABLE clinical_notes (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT clinical_notes_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    author_id TEXT CONSTRAINT clinical_notes_author_id_fkey REFERENCES users (id),
    contact TEXT NOT NULL,
    on_date DATE NOT NULL,
    body TEXT NOT NULL,
    corrects TEXT CONSTRAINT clinical_notes_corrects_fkey REFERENCES clinical_notes (id),
    token TEXT NOT NULL CONSTRAINT clinical_notes_token_key UNIQUE,
    written_at TIMESTAMP NOT NULL
);
CREATE INDEX clinical_notes_patient_id_idx ON clinical_notes (patient_id, written_at);
-- Letters as they were given out.
CREATE TABLE letters (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT letters_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    author_id TEXT CONSTRAINT letters_author_id_fkey REFERENCES users (id),
    kind TEXT NOT NULL CONSTRAINT letters_kind_check CHECK (kind IN ('hand_over', 'discharge')),
    recipient TEXT NOT NULL,
    body TEXT NOT NULL,
    token TEXT NOT NULL CONSTRAINT letters_token_key UNIQUE,
    written_at TIMESTAMP NOT NULL
);
CREATE INDEX letters_patient_id_idx ON letters (patient_id, written_at);

-- A physiotherapist's decision against what the rules said, with what the rules knew.
CREATE TABLE overrides (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT overrides_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    evaluation_id TEXT CONSTRAINT overrides_evaluation_id_fkey REFERENCES evaluations (id),
    kind TEXT NOT NULL CONSTRAINT overrides_kind_check CHECK (kind IN ('category', 'disposition')),
    said TEXT NOT NULL,
    decided TEXT NOT NULL,
    -- The rules had stopped the plan for safety.
    safety_stop BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    inputs TEXT NOT NULL,
    ruleset_version TEXT NOT NULL,
    made_by TEXT CONSTRAINT overrides_made_by_fkey REFERENCES users (id),
    made_at TIMESTAMP NOT NULL,
    token TEXT NOT NULL CONSTRAINT overrides_token_key UNIQUE
);
CREATE INDEX overrides_patient_id_idx ON overrides (patient_id, made_at);

-- Minutes of the longest training day that the person agreed to; unknown for a plan that began before.
ALTER TABLE plans ADD COLUMN agreed_minutes INTEGER;

-- A daily goal that came later than the plan, and one that left it: the first day in it, the first day no longer in it.
ALTER TABLE plan_quotas ADD COLUMN added_on DATE;
ALTER TABLE plan_quotas ADD COLUMN removed_on DATE;

-- The judgement that placed the hold, where a physiotherapist found something more urgent than the rules did.
ALTER TABLE holds ADD COLUMN override_id TEXT;

-- Who entered a measure from paper; nobody: the patient.
ALTER TABLE measures ADD COLUMN entered_by TEXT;

-- The caseload reads these for many patients at once.
CREATE INDEX weekly_checks_patient_id_idx ON weekly_checks (patient_id, on_date);
CREATE INDEX flares_patient_id_idx ON flares (patient_id, started_on);
