-- Words are looked for in the file beside the database: a second index of the same texts only made storing slower.
DROP TABLE product_word_count;
DROP TABLE product_word;
DROP TABLE product_text;
