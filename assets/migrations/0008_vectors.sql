-- Vectors as eight-bit codes with one scale, one vector per product, and apart from them a sketch of one bit per
-- dimension, which a search reads whole. Vectors of the older form are made again in the background: they are derived.
DROP TABLE vector;

-- changes goes up with every batch of vectors: a cache key.
CREATE TABLE embedder (
  embedder_id  INTEGER PRIMARY KEY,
  name         TEXT NOT NULL UNIQUE,
  changes      INTEGER NOT NULL DEFAULT 0
) STRICT;

-- code is the scale (little-endian f32) and a signed byte for each dimension.
CREATE TABLE vector (
  product_id   INTEGER PRIMARY KEY REFERENCES product (product_id),
  embedder_id  INTEGER NOT NULL REFERENCES embedder (embedder_id),
  code         BLOB NOT NULL
) STRICT;

-- bits are little-endian 64-bit words, the sign of dimension 0 lowest; revision is the product's that the vector was
-- made of. Small rows: which products lack a vector is read from here too.
CREATE TABLE sketch (
  product_id   INTEGER PRIMARY KEY REFERENCES product (product_id),
  embedder_id  INTEGER NOT NULL REFERENCES embedder (embedder_id),
  revision     INTEGER NOT NULL,
  bits         BLOB NOT NULL
) STRICT;
