-- Sessions that their person can look at and end, addresses that are confirmed, browsers that are known.

-- Whoever is signed in signs in once more: a session of before says neither since when nor on which device.
DELETE FROM sessions WHERE user_id IS NOT NULL;
-- The name under which its person ends it; the device in plain words; since when they are signed in.
ALTER TABLE sessions ADD COLUMN mark TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN signed_in_at TIMESTAMP;

-- Accounts of before keep what they were sent.
ALTER TABLE users ADD COLUMN email_verified_at TIMESTAMP;
UPDATE users SET email_verified_at = created_at;

-- Browsers from which somebody signed in. The hash is of the browser's cookie and the person together, so that rows do
-- not tell who shares a computer.
CREATE TABLE known_browsers (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL CONSTRAINT known_browsers_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL CONSTRAINT known_browsers_token_hash_key UNIQUE,
    first_at TIMESTAMP NOT NULL,
    last_at TIMESTAMP NOT NULL
);
CREATE INDEX known_browsers_user_id_idx ON known_browsers (user_id);

-- A change of address that waits until both addresses have agreed.
CREATE TABLE address_changes (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL CONSTRAINT address_changes_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    old_email TEXT NOT NULL,
    new_email TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    old_confirmed_at TIMESTAMP,
    new_confirmed_at TIMESTAMP,
    ended_at TIMESTAMP
);
CREATE INDEX address_changes_user_id_idx ON address_changes (user_id, made_at);

-- Links in messages that confirm an address; only the hash of a link's secret is kept.
CREATE TABLE address_links (
    token_hash TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL CONSTRAINT address_links_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    change_id TEXT CONSTRAINT address_links_change_id_fkey REFERENCES address_changes (id) ON DELETE CASCADE,
    purpose TEXT NOT NULL CONSTRAINT address_links_purpose_check CHECK (purpose IN ('verify', 'new', 'old')),
    email TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    expires_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP
);
CREATE INDEX address_links_user_id_idx ON address_links (user_id);

-- The kinds of messages are the program's (store::outbox::Kind); a constraint of the database would be in the way of each
-- new one.
CREATE TABLE outbox_copy AS SELECT * FROM outbox;
DROP TABLE outbox;
CREATE TABLE outbox (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL CONSTRAINT outbox_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
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
