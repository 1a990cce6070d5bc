-- Tells a journal from any other database: the letters WHIS.
PRAGMA application_id = 1464355155;

-- Every event, as it is told to the platform; numbers are contiguous and never used twice.
CREATE TABLE event (
  number INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  lane TEXT NOT NULL,
  subject TEXT NOT NULL,
  body BLOB NOT NULL
) STRICT;

-- What an uplink's platform has not yet given a receipt for.
CREATE TABLE delivery (
  uplink TEXT NOT NULL,
  lane TEXT NOT NULL,
  number INTEGER NOT NULL REFERENCES event (number),
  PRIMARY KEY (uplink, lane, number)
) STRICT, WITHOUT ROWID;

-- What a platform would not take, and why.
CREATE TABLE refused (
  uplink TEXT NOT NULL,
  number INTEGER NOT NULL,
  reason TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (uplink, number)
) STRICT, WITHOUT ROWID;

-- The devices' own identities of what they told, so that a second copy is kept once.
CREATE TABLE origin (
  origin TEXT PRIMARY KEY,
  number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX origin_by_number ON origin (number);

-- Where rules and alarms stood when the last event was kept.
CREATE TABLE state (
  key TEXT PRIMARY KEY,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
