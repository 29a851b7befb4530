-- What people read in Learn, and what they wrote about it.
CREATE TABLE reads (
    patient_id TEXT NOT NULL CONSTRAINT reads_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    -- The person's date.
    on_date DATE NOT NULL,
    read_at TIMESTAMP NOT NULL,
    CONSTRAINT reads_pkey PRIMARY KEY (patient_id, topic)
);

CREATE TABLE reflections (
    id TEXT NOT NULL PRIMARY KEY,
    patient_id TEXT NOT NULL CONSTRAINT reflections_patient_id_fkey REFERENCES users (id) ON DELETE CASCADE,
    topic TEXT NOT NULL,
    token TEXT NOT NULL,
    -- The person's date.
    on_date DATE NOT NULL,
    answer TEXT NOT NULL,
    -- The physiotherapist may read it.
    shared BOOLEAN NOT NULL,
    written_at TIMESTAMP NOT NULL,
    CONSTRAINT reflections_patient_id_token_key UNIQUE (patient_id, token)
);
