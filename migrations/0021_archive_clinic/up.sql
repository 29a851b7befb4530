-- Of which clinic a locked record is: its administrators alone see that there is one. Those of before are the first clinic's.
ALTER TABLE archives ADD COLUMN clinic_id TEXT NOT NULL DEFAULT '00000000000000000000000001' CONSTRAINT archives_clinic_id_fkey REFERENCES clinics (id);
CREATE INDEX archives_clinic_id_idx ON archives (clinic_id, keep_until_at);
