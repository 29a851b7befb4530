-- The record of who did and saw what becomes a chain: each row is numbered and carries the hash of the row before it.
-- The hashes of the rows that are here already are made by the program in the same transaction (`store::chain::begin`).
ALTER TABLE audit ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
-- Where it came from: address, device, and the request's name in the log. Empty for what the program does itself.
ALTER TABLE audit ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN device TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN request TEXT NOT NULL DEFAULT '';
-- The clinic it belongs to, when it is known.
ALTER TABLE audit ADD COLUMN clinic_id TEXT;
ALTER TABLE audit ADD COLUMN previous TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN hash TEXT NOT NULL DEFAULT '';

UPDATE audit SET seq = numbered.place
FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY at, id) AS place FROM audit) AS numbered
WHERE numbered.id = audit.id;

CREATE UNIQUE INDEX audit_seq_key ON audit (seq);
CREATE INDEX audit_actor_id_idx ON audit (actor_id, seq);

-- The last number and hash, in one row: a tail that was cut off is noticed.
CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '');
