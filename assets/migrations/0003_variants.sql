-- Each variant (size, colour, capacity) is a product of its own; group_id is what the variants of one thing share.
-- Shipping and tax are kept where they are known, in the history too: a step there is no step of the price.

ALTER TABLE product ADD COLUMN variant TEXT;
ALTER TABLE product ADD COLUMN variant_key TEXT;
ALTER TABLE product ADD COLUMN group_id INTEGER;
CREATE INDEX product_group ON product (group_id) WHERE group_id IS NOT NULL;

-- What a shop calls a group.
CREATE TABLE group_name (
  shop_id      INTEGER NOT NULL REFERENCES shop (shop_id),
  name         TEXT NOT NULL,
  group_id     INTEGER NOT NULL,
  PRIMARY KEY (shop_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_name_group ON group_name (group_id);

ALTER TABLE offer ADD COLUMN seller TEXT;
ALTER TABLE offer ADD COLUMN shipping_included INTEGER;
ALTER TABLE offer ADD COLUMN tax_included INTEGER;

-- shipping is in minor units of the snapshot's currency.
ALTER TABLE snapshot ADD COLUMN shipping INTEGER;
ALTER TABLE snapshot ADD COLUMN shipping_included INTEGER;
