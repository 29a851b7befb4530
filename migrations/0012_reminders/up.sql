-- E-mail reminders that a person asked for. Whoever has no row, or `is_on` false, is sent nothing.
CREATE TABLE reminders (
    patient_id TEXT PRIMARY KEY NOT NULL CONSTRAINT reminders_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    is_on BOOLEAN NOT NULL,
    own_days TEXT NOT NULL,
    at_time TEXT NOT NULL,
    second_time TEXT NOT NULL,
    first_on DATE NOT NULL,
    changed_at TIMESTAMP NOT NULL
);

-- What is to be sent and what became of it. The unique key is why nobody gets the same one twice.
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
CREATE INDEX outbox_status_next_at_idx ON outbox (status, next_at);

-- Links that stop the reminders, one in each message; only the hash of a link's secret is kept.
CREATE TABLE stop_links (
    token_hash TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL CONSTRAINT stop_links_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    made_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL
);
CREATE INDEX stop_links_user_id_idx ON stop_links (user_id);

-- Private addresses under which a calendar program reads somebody's days.
CREATE TABLE calendar_feeds (
    id TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT calendar_feeds_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL CONSTRAINT calendar_feeds_token_hash_key UNIQUE,
    title TEXT NOT NULL,
    at_time TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP,
    read_at TIMESTAMP
);
CREATE INDEX calendar_feeds_patient_id_idx ON calendar_feeds (patient_id, made_at);

-- The entries as calendars were told them, so that a day that moves keeps its identity.
CREATE TABLE calendar_entries (
    uid TEXT PRIMARY KEY NOT NULL,
    patient_id TEXT NOT NULL CONSTRAINT calendar_entries_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    plan_id TEXT NOT NULL CONSTRAINT calendar_entries_plan_id_fkey REFERENCES plans (id) ON DELETE CASCADE,
    week INTEGER NOT NULL,
    place INTEGER NOT NULL,
    on_date DATE NOT NULL,
    starts_at TIMESTAMP NOT NULL,
    minutes INTEGER NOT NULL,
    title TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    gone BOOLEAN NOT NULL,
    CONSTRAINT calendar_entries_plan_id_week_place_key UNIQUE (plan_id, week, place)
);
CREATE INDEX calendar_entries_patient_id_idx ON calendar_entries (patient_id, on_date);
