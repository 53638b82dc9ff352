-- Watches of every kind with their state, and what is to be delivered: written in the transaction that marks a
-- crossing, so that a stop in between loses nothing.

-- amount, base and told are minor units of currency; percent is in hundredths of a percent. revision counts changes.
CREATE TABLE watch_of_kind (
  watch_id      INTEGER PRIMARY KEY,
  product_id    INTEGER NOT NULL REFERENCES product (product_id),
  kind          TEXT NOT NULL,
  amount        INTEGER,
  percent       INTEGER,
  currency      TEXT,
  with_shipping INTEGER NOT NULL DEFAULT 0,
  base          INTEGER,
  told          INTEGER,
  armed         INTEGER NOT NULL DEFAULT 1,
  created_at    INTEGER NOT NULL,
  crossed_at    INTEGER,
  revision      INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO watch_of_kind (watch_id, product_id, kind, amount, currency, armed, created_at, crossed_at)
  SELECT watch_id, product_id, 'below', below, currency, crossed_at IS NULL, created_at, crossed_at FROM watch;
DROP TABLE watch;
ALTER TABLE watch_of_kind RENAME TO watch;

-- next_at is NULL once nothing is to be done any more: delivered (done_at is set) or given up.
CREATE TABLE watch_delivery (
  delivery_id  INTEGER PRIMARY KEY,
  watch_id     INTEGER NOT NULL,
  way          TEXT NOT NULL,
  alert        TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  attempts     INTEGER NOT NULL DEFAULT 0,
  next_at      INTEGER,
  done_at      INTEGER,
  detail       TEXT
) STRICT;
CREATE INDEX watch_delivery_next ON watch_delivery (next_at) WHERE next_at IS NOT NULL;
