-- Which source lists which offer, and when it last did: what a complete listing no longer names is gone.
CREATE TABLE listing (
  source_id    INTEGER NOT NULL,
  product_id   INTEGER NOT NULL,
  offer_id     INTEGER NOT NULL,
  first_at     INTEGER NOT NULL,
  seen_at      INTEGER NOT NULL,
  gone_at      INTEGER,
  PRIMARY KEY (source_id, offer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX listing_product ON listing (product_id);

-- Every attempt on a source that is read as one: listings, feeds, files, rates. One that failed, or found the whole
-- document unchanged, is one row here and counts for every offer that the source lists then.
CREATE TABLE source_attempt (
  source_id    INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  outcome      TEXT NOT NULL,
  detail       TEXT,
  requests     INTEGER NOT NULL,
  observations INTEGER NOT NULL,
  PRIMARY KEY (source_id, at)
) STRICT, WITHOUT ROWID;
