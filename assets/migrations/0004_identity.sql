-- What tells that two listings are one item, what the user decided about it, and how listings change over time.

-- Hashes of model numbers and of a title's words: products of other shops that may be the same are looked up by them.
CREATE TABLE match_key (
  key          INTEGER NOT NULL,
  product_id   INTEGER NOT NULL,
  PRIMARY KEY (key, product_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX match_key_product ON match_key (product_id);

-- Further GTINs of a product, where the user joined two.
CREATE TABLE gtin_alias (
  gtin         TEXT PRIMARY KEY,
  product_id   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A product that became part of another: its id still leads there, and it can be taken out again.
CREATE TABLE joined (
  old_id       INTEGER PRIMARY KEY,
  product_id   INTEGER NOT NULL,
  joined_at    INTEGER NOT NULL,
  reason       TEXT NOT NULL,
  facts        TEXT NOT NULL,
  offers       TEXT NOT NULL
) STRICT;
CREATE INDEX joined_product ON joined (product_id);

-- Pairs that the user said are two things; product_a is the smaller id.
CREATE TABLE apart (
  product_a    INTEGER NOT NULL,
  product_b    INTEGER NOT NULL,
  decided_at   INTEGER NOT NULL,
  PRIMARY KEY (product_a, product_b)
) STRICT, WITHOUT ROWID;

-- The title as this offer last said it: the product's may come from another shop.
ALTER TABLE offer ADD COLUMN title TEXT;

-- A listing that changed: title, variant, seller, content (pack size), condition, or one of the specifications.
CREATE TABLE listing_change (
  product_id   INTEGER NOT NULL,
  offer_id     INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  field        TEXT NOT NULL,
  before       TEXT,
  after        TEXT,
  price_before INTEGER,
  price_after  INTEGER,
  currency     TEXT,
  PRIMARY KEY (product_id, offer_id, at, field)
) STRICT, WITHOUT ROWID;

-- Units of a currency for one euro, as published for a day (2026-11-20).
CREATE TABLE rate (
  currency     TEXT NOT NULL,
  day          TEXT NOT NULL,
  rate         TEXT NOT NULL,
  PRIMARY KEY (currency, day)
) STRICT, WITHOUT ROWID;

-- A complete listing that lacked most of what the source had listed: nothing was delisted then, but what the next
-- complete one still lacks is gone.
CREATE TABLE held_back (
  source_id    INTEGER PRIMARY KEY,
  since        INTEGER NOT NULL
) STRICT;
