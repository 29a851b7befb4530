-- The language a person reads: the code of one, or empty while the browser decides.
ALTER TABLE users ADD COLUMN language TEXT NOT NULL DEFAULT '';
