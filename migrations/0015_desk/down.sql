DROP INDEX flares_patient_id_idx;
DROP INDEX weekly_checks_patient_id_idx;
ALTER TABLE measures DROP COLUMN entered_by;
ALTER TABLE holds DROP COLUMN override_id;
DELETE FROM plan_quotas WHERE removed_on IS NOT NULL;
ALTER TABLE plan_quotas DROP COLUMN removed_on;
ALTER TABLE plan_quotas DROP COLUMN added_on;
ALTER TABLE plans DROP COLUMN agreed_minutes;
DROP TABLE overrides;
DROP TABLE letters;
DROP TABLE clinical_notes;
CREATE TABLE outbox_copy AS SELECT * FROM outbox WHERE kind NOT IN ('news', 'desk');
DROP TABLE outbox;
CREATE TABLE outbox (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL CONSTRAINT outbox_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CONSTRAINT outbox_kind_check CHECK (kind IN ('first', 'second', 'test', 'reset')),
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
ALTER TABLE stop_links DROP COLUMN about;
DROP TABLE adverse_events;
DROP TABLE message_choices;
DROP TABLE messages;
DROP TABLE proposals;
DROP TABLE patient_rules;
DROP TABLE planned_doses;
DROP TABLE day_doses;
DROP TABLE plan_versions;
DROP TABLE plan_drafts;
DROP TABLE template_uses;
DROP TABLE plan_template_versions;
DROP TABLE plan_templates;
DROP TABLE inbox_marks;
DROP TABLE leaves;
DROP INDEX invitations_code_hash_key;
ALTER TABLE invitations DROP COLUMN ended_at;
ALTER TABLE invitations DROP COLUMN brings;
ALTER TABLE invitations DROP COLUMN email;
ALTER TABLE invitations DROP COLUMN code_hash;
ALTER TABLE care_relations DROP COLUMN made_by;
ALTER TABLE care_relations DROP COLUMN reason;
ALTER TABLE care_relations DROP COLUMN until_at;
ALTER TABLE care_relations DROP COLUMN kind;
ALTER TABLE users DROP COLUMN unclaimed;
