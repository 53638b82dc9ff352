-- Catalogue, offers, every observation, reviews, watches, sources, chats.
-- product_id leads every key of what belongs to a product, so that the same shape can be distributed by it.
-- Times are milliseconds since 1970 UTC, so that two looks within a second stay two; money is integer minor units
-- with an ISO 4217 code.

-- brand_key and model_key are brand and model folded for comparison; SQLite's own lower() folds ASCII only.
-- revision counts the changes of the facts.
CREATE TABLE product (
  product_id   INTEGER PRIMARY KEY,
  title        TEXT NOT NULL,
  brand        TEXT,
  model        TEXT,
  gtin         TEXT,
  category     TEXT,
  description  TEXT,
  images       TEXT NOT NULL DEFAULT '[]',
  stars        REAL,
  ratings      INTEGER,
  invented     INTEGER NOT NULL DEFAULT 0,
  brand_key    TEXT,
  model_key    TEXT,
  revision     INTEGER NOT NULL DEFAULT 0,
  facts_at     INTEGER NOT NULL,
  created_at   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX product_gtin ON product (gtin) WHERE gtin IS NOT NULL;
CREATE INDEX product_model ON product (model_key, brand_key) WHERE model_key IS NOT NULL;
CREATE INDEX product_category ON product (category);

-- Exactly one of text, number, flag is set.
CREATE TABLE attribute (
  product_id   INTEGER NOT NULL REFERENCES product (product_id),
  name         TEXT NOT NULL,
  ord          INTEGER NOT NULL,
  text         TEXT,
  number       REAL,
  unit         TEXT,
  flag         INTEGER,
  PRIMARY KEY (product_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE shop (
  shop_id      INTEGER PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE,
  domain       TEXT,
  invented     INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE offer (
  product_id   INTEGER NOT NULL REFERENCES product (product_id),
  offer_id     INTEGER NOT NULL UNIQUE,
  shop_id      INTEGER NOT NULL REFERENCES shop (shop_id),
  shop_key     TEXT NOT NULL,
  variant      TEXT,
  sku          TEXT,
  url          TEXT,
  condition    TEXT NOT NULL,
  availability TEXT NOT NULL,
  price        INTEGER,
  list_price   INTEGER,
  currency     TEXT,
  unit_price   TEXT,
  shipping     TEXT,
  observed_at  INTEGER,
  attempted_at INTEGER,
  last_outcome TEXT NOT NULL,
  PRIMARY KEY (product_id, offer_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX offer_key ON offer (shop_id, shop_key, condition);
CREATE INDEX offer_url ON offer (url) WHERE url IS NOT NULL;
CREATE INDEX offer_sku ON offer (sku) WHERE sku IS NOT NULL;

-- Every attempt and its outcome; nothing here is ever overwritten. availability is NULL where the attempt could not
-- tell; price is also set where "not modified" confirmed an earlier one.
CREATE TABLE snapshot (
  product_id   INTEGER NOT NULL,
  offer_id     INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  outcome      TEXT NOT NULL,
  price        INTEGER,
  list_price   INTEGER,
  currency     TEXT,
  availability TEXT,
  detail       TEXT,
  PRIMARY KEY (product_id, offer_id, at)
) STRICT, WITHOUT ROWID;

CREATE TABLE candidate (
  product_id   INTEGER NOT NULL,
  offer_id     INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  ord          INTEGER NOT NULL,
  kind         TEXT NOT NULL,
  minor        INTEGER NOT NULL,
  currency     TEXT NOT NULL,
  raw          TEXT NOT NULL,
  place        TEXT NOT NULL,
  PRIMARY KEY (product_id, offer_id, at, ord)
) STRICT, WITHOUT ROWID;

-- Kept in the transaction that writes a snapshot; per currency, over the product's new-condition offers.
CREATE TABLE price_summary (
  product_id   INTEGER NOT NULL,
  currency     TEXT NOT NULL,
  lowest       INTEGER NOT NULL,
  highest      INTEGER NOT NULL,
  observations INTEGER NOT NULL,
  total        INTEGER NOT NULL,
  first_at     INTEGER NOT NULL,
  last_at      INTEGER NOT NULL,
  PRIMARY KEY (product_id, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE review (
  product_id   INTEGER NOT NULL REFERENCES product (product_id),
  review_id    INTEGER NOT NULL UNIQUE,
  shop_id      INTEGER NOT NULL,
  review_key   TEXT NOT NULL,
  stars        REAL,
  title        TEXT,
  body         TEXT NOT NULL,
  author       TEXT,
  written_at   INTEGER,
  variant      TEXT,
  PRIMARY KEY (product_id, review_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX review_key ON review (product_id, shop_id, review_key);

CREATE TABLE question (
  product_id   INTEGER NOT NULL REFERENCES product (product_id),
  question_id  INTEGER NOT NULL UNIQUE,
  question     TEXT NOT NULL,
  answer       TEXT,
  asked_at     INTEGER,
  PRIMARY KEY (product_id, question_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE watch (
  watch_id     INTEGER PRIMARY KEY,
  product_id   INTEGER NOT NULL REFERENCES product (product_id),
  below        INTEGER NOT NULL,
  currency     TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  crossed_at   INTEGER
) STRICT;

CREATE TABLE source (
  source_id       INTEGER PRIMARY KEY,
  name            TEXT NOT NULL UNIQUE,
  kind            TEXT NOT NULL,
  location        TEXT NOT NULL,
  added_at        INTEGER NOT NULL,
  last_attempt_at INTEGER,
  last_outcome    TEXT,
  last_detail     TEXT,
  failures        INTEGER NOT NULL DEFAULT 0,
  next_due_at     INTEGER,
  etag            TEXT,
  last_modified   TEXT,
  state           TEXT NOT NULL DEFAULT 'null'
) STRICT;

CREATE TABLE chat (
  chat_id      INTEGER PRIMARY KEY,
  asked_at     INTEGER NOT NULL,
  question     TEXT NOT NULL,
  answer       TEXT NOT NULL,
  record       TEXT NOT NULL
) STRICT;

-- Little-endian f32 values, one row per product and embedder; revision is the product's that the vector was made of.
CREATE TABLE vector (
  product_id   INTEGER NOT NULL REFERENCES product (product_id),
  embedder     TEXT NOT NULL,
  revision     INTEGER NOT NULL,
  value        BLOB NOT NULL,
  PRIMARY KEY (product_id, embedder)
) STRICT, WITHOUT ROWID;

-- version goes up with every change of product facts.
CREATE TABLE catalogue (only_row INTEGER PRIMARY KEY CHECK (only_row = 1), version INTEGER NOT NULL) STRICT;
INSERT INTO catalogue VALUES (1, 0);

CREATE VIRTUAL TABLE product_text USING fts5 (
  title, brand, category, attributes, description,
  content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2', prefix = '2 3'
);
-- Whole words as they are written, with the number of products that use each: typo repair needs them unstemmed.
CREATE VIRTUAL TABLE product_word USING fts5 (
  words, content = '', contentless_delete = 1, detail = none, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE product_word_count USING fts5vocab (product_word, row);
