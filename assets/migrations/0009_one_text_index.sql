-- Words are looked for in the file beside the database: a second index of the same texts only made storing slower.
DROP TABLE product_word_count;
DROP TABLE product_word;
DROP TABLE product_text;
-- What is shown where nothing is asked for, at once.
CREATE INDEX product_by_popularity ON product (ratings DESC, product_id DESC);
