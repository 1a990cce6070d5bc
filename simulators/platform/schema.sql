-- What the platform stores. Instants are microseconds since 1970, in UTC. Ids are unique within
-- their source: two sites may both call their gateway gw-1.
CREATE TABLE IF NOT EXISTS events (
  arrival      INTEGER PRIMARY KEY,
  id           TEXT NOT NULL,
  site         TEXT NOT NULL,
  gateway      TEXT NOT NULL,
  number       INTEGER NOT NULL,
  type         TEXT NOT NULL,
  lane         TEXT NOT NULL,
  severity     INTEGER NOT NULL,
  subject      TEXT NOT NULL,
  origin       TEXT NOT NULL,
  trusted      INTEGER NOT NULL,
  time         INTEGER NOT NULL,
  committed_at INTEGER NOT NULL,
  body         TEXT NOT NULL,
  UNIQUE (site, id)
) STRICT;
CREATE INDEX IF NOT EXISTS events_number ON events (site, gateway, number);
CREATE INDEX IF NOT EXISTS events_type ON events (type);
CREATE INDEX IF NOT EXISTS events_origin ON events (origin) WHERE origin <> '';

-- An alarm may be heard of by its end first: what is not known yet is null. `standing` is the
-- alarm as the event with the number `told` has it, the latest of those that came.
CREATE TABLE IF NOT EXISTS alarms (
  id           TEXT NOT NULL,
  site         TEXT NOT NULL,
  gateway      TEXT NOT NULL,
  key          TEXT NOT NULL,
  raised       INTEGER,
  cleared      INTEGER,
  category     TEXT NOT NULL,
  lane         TEXT NOT NULL,
  severity     INTEGER NOT NULL,
  text_zh      TEXT NOT NULL,
  text_en      TEXT NOT NULL,
  place_zh     TEXT NOT NULL,
  place_en     TEXT NOT NULL,
  building     TEXT NOT NULL,
  floor        TEXT NOT NULL,
  raised_at    INTEGER,
  cleared_at   INTEGER,
  told         INTEGER NOT NULL,
  standing     TEXT NOT NULL,
  PRIMARY KEY (site, id)
) STRICT;
CREATE INDEX IF NOT EXISTS alarms_active ON alarms (raised_at) WHERE cleared_at IS NULL;

CREATE TABLE IF NOT EXISTS issues (
  id           TEXT NOT NULL,
  alarm        TEXT NOT NULL,
  site         TEXT NOT NULL,
  gateway      TEXT NOT NULL,
  lane         TEXT NOT NULL,
  state        TEXT NOT NULL,
  alarm_cleared_at INTEGER,
  raised_at    INTEGER,
  respond_by   INTEGER,
  resolve_by   INTEGER,
  responded_at INTEGER,
  closed_at    INTEGER,
  respond_seconds REAL,
  resolve_seconds REAL,
  body         TEXT,
  PRIMARY KEY (site, id)
) STRICT;

-- Whom the gateway told because nobody came in time.
CREATE TABLE IF NOT EXISTS escalations (
  site         TEXT NOT NULL,
  issue        TEXT NOT NULL,
  level        INTEGER NOT NULL,
  party        TEXT NOT NULL,
  overdue      TEXT NOT NULL,
  due          INTEGER NOT NULL,
  at           INTEGER NOT NULL,
  PRIMARY KEY (site, issue, level)
) STRICT, WITHOUT ROWID;

-- `told` when the gateway has said that it knows of the step: until then it is sent again.
CREATE TABLE IF NOT EXISTS issue_steps (
  step         INTEGER PRIMARY KEY,
  site         TEXT NOT NULL,
  issue        TEXT NOT NULL,
  state        TEXT NOT NULL,
  by           TEXT NOT NULL,
  party        TEXT NOT NULL,
  at           INTEGER NOT NULL,
  told         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS issue_steps_untold ON issue_steps (site, issue, step) WHERE told = 0;

CREATE TABLE IF NOT EXISTS notices (
  id           TEXT NOT NULL,
  site         TEXT NOT NULL,
  alarm        TEXT NOT NULL,
  state        TEXT NOT NULL,
  start_at     INTEGER,
  end_at       INTEGER,
  published_at INTEGER,
  withdrawn_at INTEGER,
  body         TEXT,
  PRIMARY KEY (site, id)
) STRICT;

-- Pictures that gateways have told of, and those whose bytes have come.
CREATE TABLE IF NOT EXISTS pictures (
  site         TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  alarm        TEXT NOT NULL,
  kind         TEXT NOT NULL,
  media_type   TEXT NOT NULL,
  blurred      TEXT NOT NULL,
  began        INTEGER NOT NULL,
  camera_zh    TEXT NOT NULL,
  camera_en    TEXT NOT NULL,
  PRIMARY KEY (site, alarm, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS pictures_sha256 ON pictures (site, sha256);
CREATE TABLE IF NOT EXISTS pictures_come (
  site         TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  PRIMARY KEY (site, sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS places (
  site         TEXT NOT NULL,
  building     TEXT NOT NULL,
  floor        TEXT NOT NULL,
  name_zh      TEXT NOT NULL,
  name_en      TEXT NOT NULL,
  PRIMARY KEY (site, building, floor)
) STRICT, WITHOUT ROWID;

-- Devices that have been heard of; their kind decides what the page offers to do with them.
CREATE TABLE IF NOT EXISTS devices (
  site         TEXT NOT NULL,
  id           TEXT NOT NULL,
  gateway      TEXT NOT NULL,
  kind         TEXT NOT NULL,
  name_zh      TEXT NOT NULL,
  name_en      TEXT NOT NULL,
  PRIMARY KEY (site, id)
) STRICT, WITHOUT ROWID;

-- What was asked of devices, and the gateway's first word on it; null until it comes.
CREATE TABLE IF NOT EXISTS orders (
  id           TEXT NOT NULL,
  site         TEXT NOT NULL,
  gateway      TEXT NOT NULL,
  device       TEXT NOT NULL,
  action       TEXT NOT NULL,
  by           TEXT NOT NULL,
  at           INTEGER NOT NULL,
  outcome      TEXT,
  detail       TEXT,
  observed     TEXT,
  ended_at     INTEGER,
  PRIMARY KEY (site, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS orders_at ON orders (at);

CREATE TABLE IF NOT EXISTS gateways (
  site         TEXT NOT NULL,
  gateway      TEXT NOT NULL,
  at           INTEGER NOT NULL,
  body         TEXT NOT NULL,
  PRIMARY KEY (site, gateway)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS sites (
  site         TEXT PRIMARY KEY,
  name_zh      TEXT NOT NULL,
  name_en      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS counters (
  name         TEXT PRIMARY KEY,
  n            INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
