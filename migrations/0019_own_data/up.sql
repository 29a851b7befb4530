-- Own data: accounts that are being closed, requests to correct a record, and what the law makes a clinic keep, locked.

-- When the person asked to close the account; it is erased when the waiting time is over, unless they took it back.
ALTER TABLE users ADD COLUMN closing_at TIMESTAMP;

-- "Something in my record is wrong": asked by the patient, answered by the clinic, both readable by both.
CREATE TABLE corrections (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT corrections_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    about TEXT NOT NULL,
    body TEXT NOT NULL,
    token TEXT NOT NULL CONSTRAINT corrections_token_key UNIQUE,
    asked_at TIMESTAMP NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    answered_by TEXT CONSTRAINT corrections_answered_by_fkey REFERENCES users (id),
    answered_at TIMESTAMP
);
CREATE INDEX corrections_patient_id_idx ON corrections (patient_id, asked_at);

-- The treatment record of somebody whose account was erased: one locked text each. `id` is that of the account that was,
-- which names nobody any more.
CREATE TABLE archives (
    id TEXT NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL,
    holds TEXT NOT NULL,
    law TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    keep_until_at TIMESTAMP NOT NULL
);
-- Each time one was opened, at the command line alone, and why.
CREATE TABLE archive_looks (
    id TEXT NOT NULL PRIMARY KEY,
    archive_id TEXT NOT NULL CONSTRAINT archive_looks_archive_id_fkey REFERENCES archives (id) ON DELETE CASCADE,
    reason TEXT NOT NULL,
    at TIMESTAMP NOT NULL
);
CREATE INDEX archive_looks_archive_id_idx ON archive_looks (archive_id, at);
