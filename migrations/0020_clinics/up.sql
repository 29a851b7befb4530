-- Clinics apart from each other. Everything there is belongs to the first clinic, whose identity is fixed; a database
-- with one clinic never sees more than this row. What a person wrote or was prescribed belongs to the person's clinic.
CREATE TABLE clinics (
    id TEXT NOT NULL PRIMARY KEY,
    -- Empty: the name in the configuration.
    name TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    closed_at TIMESTAMP
);
INSERT INTO clinics (id, name, made_at) VALUES ('00000000000000000000000001', '', CURRENT_TIMESTAMP);

ALTER TABLE users ADD COLUMN clinic_id TEXT NOT NULL DEFAULT '00000000000000000000000001' CONSTRAINT users_clinic_id_fkey REFERENCES clinics (id);
CREATE INDEX users_clinic_id_idx ON users (clinic_id, name);
ALTER TABLE invitations ADD COLUMN clinic_id TEXT NOT NULL DEFAULT '00000000000000000000000001' CONSTRAINT invitations_clinic_id_fkey REFERENCES clinics (id);
ALTER TABLE clinic_exercises ADD COLUMN clinic_id TEXT NOT NULL DEFAULT '00000000000000000000000001' CONSTRAINT clinic_exercises_clinic_id_fkey REFERENCES clinics (id);
ALTER TABLE clinic_pictures ADD COLUMN clinic_id TEXT NOT NULL DEFAULT '00000000000000000000000001' CONSTRAINT clinic_pictures_clinic_id_fkey REFERENCES clinics (id);
ALTER TABLE plan_templates ADD COLUMN clinic_id TEXT NOT NULL DEFAULT '00000000000000000000000001' CONSTRAINT plan_templates_clinic_id_fkey REFERENCES clinics (id);
ALTER TABLE clinic_thresholds ADD COLUMN clinic_id TEXT NOT NULL DEFAULT '00000000000000000000000001' CONSTRAINT clinic_thresholds_clinic_id_fkey REFERENCES clinics (id);

-- What an administrator decides for their clinic, by name.
CREATE TABLE clinic_settings (
    clinic_id TEXT NOT NULL CONSTRAINT clinic_settings_clinic_id_fkey REFERENCES clinics (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (clinic_id, name)
);
INSERT INTO clinic_settings (clinic_id, name, value) SELECT '00000000000000000000000001', name, value FROM settings WHERE name = 'messages';
DELETE FROM settings WHERE name = 'messages';
