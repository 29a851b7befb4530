DROP INDEX archives_clinic_id_idx;
ALTER TABLE archives DROP COLUMN clinic_id;
