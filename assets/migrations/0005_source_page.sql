-- Pages of a source that is read page by page, each with its own validators and schedule. looks and changes tell how
-- often its price moves; changed_at is when the shop's sitemap says that it was changed last; offers are the addresses that its offers are stored under.
CREATE TABLE source_page (
  source_id       INTEGER NOT NULL,
  url             TEXT NOT NULL,
  added_at        INTEGER NOT NULL,
  changed_at      INTEGER,
  etag            TEXT,
  last_modified   TEXT,
  offers          TEXT NOT NULL DEFAULT '[]',
  last_attempt_at INTEGER,
  last_outcome    TEXT,
  last_detail     TEXT,
  failures        INTEGER NOT NULL DEFAULT 0,
  looks           INTEGER NOT NULL DEFAULT 0,
  changes         INTEGER NOT NULL DEFAULT 0,
  next_due_at     INTEGER,
  PRIMARY KEY (source_id, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_page_due ON source_page (source_id, next_due_at);

-- Requests to a host by day (whole days since 1970, UTC): what is left of its daily budget.
CREATE TABLE host_day (
  host         TEXT NOT NULL,
  day          INTEGER NOT NULL,
  requests     INTEGER NOT NULL,
  PRIMARY KEY (host, day)
) STRICT, WITHOUT ROWID;
