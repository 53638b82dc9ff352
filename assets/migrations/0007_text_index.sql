-- The text index is a file beside the database: which products' texts have changed since it was made, and which
-- database it was made of.
CREATE TABLE text_change (
  product_id INTEGER PRIMARY KEY,
  -- The catalogue's version with the change.
  version INTEGER NOT NULL
) STRICT;
CREATE INDEX text_change_by_version ON text_change (version);
ALTER TABLE catalogue ADD COLUMN identity INTEGER NOT NULL DEFAULT 0;
UPDATE catalogue SET identity = random();
