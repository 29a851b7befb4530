-- Exercises that the clinic makes itself, in versions that are never changed, and the pictures it uploads.
CREATE TABLE clinic_exercises (
    id TEXT PRIMARY KEY NOT NULL,
    token TEXT NOT NULL CONSTRAINT clinic_exercises_token_key UNIQUE,
    made_by TEXT CONSTRAINT clinic_exercises_made_by_fkey REFERENCES users (id) ON DELETE SET NULL,
    made_at TIMESTAMP NOT NULL,
    retired_at TIMESTAMP
);

CREATE TABLE clinic_pictures (
    id TEXT PRIMARY KEY NOT NULL,
    sha256 TEXT NOT NULL CONSTRAINT clinic_pictures_sha256_key UNIQUE,
    media_type TEXT NOT NULL CONSTRAINT clinic_pictures_media_type_check CHECK (media_type IN ('image/jpeg', 'image/png')),
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes BYTEA NOT NULL,
    made_by TEXT CONSTRAINT clinic_pictures_made_by_fkey REFERENCES users (id) ON DELETE SET NULL,
    made_at TIMESTAMP NOT NULL
);

CREATE TABLE clinic_exercise_versions (
    exercise_id TEXT NOT NULL CONSTRAINT clinic_exercise_versions_exercise_id_fkey REFERENCES clinic_exercises (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    token TEXT NOT NULL,
    made_by TEXT CONSTRAINT clinic_exercise_versions_made_by_fkey REFERENCES users (id) ON DELETE SET NULL,
    made_at TIMESTAMP NOT NULL,
    note TEXT NOT NULL,
    definition TEXT NOT NULL,
    picture_id TEXT CONSTRAINT clinic_exercise_versions_picture_id_fkey REFERENCES clinic_pictures (id),
    PRIMARY KEY (exercise_id, version),
    CONSTRAINT clinic_exercise_versions_exercise_id_token_key UNIQUE (exercise_id, token)
);
