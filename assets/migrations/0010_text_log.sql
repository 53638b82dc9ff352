-- What changed, version by version: rows are only added at the end, so that changes all over a catalogue touch few pages.
CREATE TABLE text_log (
  version INTEGER NOT NULL,
  product_id INTEGER NOT NULL,
  PRIMARY KEY (version, product_id)
) STRICT, WITHOUT ROWID;
INSERT INTO text_log SELECT version, product_id FROM text_change ORDER BY version, product_id;
DROP TABLE text_change;
ALTER TABLE text_log RENAME TO text_change;
