-- How somebody proves who they are beside the password. The secret of a code app is sealed (AES-256-GCM) with a key
-- that is not in this database; of recovery codes only salted password hashes are kept.
CREATE TABLE totp_factors (
    user_id TEXT PRIMARY KEY NOT NULL CONSTRAINT totp_factors_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    sealed_secret BYTEA NOT NULL,
    made_at TIMESTAMP NOT NULL,
    last_step INTEGER NOT NULL
);

CREATE TABLE passkeys (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL CONSTRAINT passkeys_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    credential_id TEXT NOT NULL CONSTRAINT passkeys_credential_id_key UNIQUE,
    name TEXT NOT NULL,
    credential TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    last_used_at TIMESTAMP
);
CREATE INDEX passkeys_user_id_idx ON passkeys (user_id, made_at);

CREATE TABLE recovery_codes (
    id TEXT PRIMARY KEY NOT NULL,
    user_id TEXT NOT NULL CONSTRAINT recovery_codes_user_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    label TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    used_at TIMESTAMP,
    CONSTRAINT recovery_codes_user_id_label_key UNIQUE (user_id, label)
);
