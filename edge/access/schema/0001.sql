-- Tells the accounts from any other database: the letters WHAC.
PRAGMA application_id = 1464353091;

-- Who may log in; the password as an Argon2id string, buildings as a JSON list.
CREATE TABLE account (
  name TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  buildings TEXT NOT NULL,
  language TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_login TEXT,
  disabled INTEGER NOT NULL,
  password TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Browsers that are logged in; of the cookie's secret only the SHA-256.
CREATE TABLE session (
  digest BLOB PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
  created_at TEXT NOT NULL,
  last_seen TEXT NOT NULL,
  address TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_account ON session (account);

-- Programs that may ask; of a token only the SHA-256.
CREATE TABLE token (
  digest BLOB PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL UNIQUE,
  role TEXT NOT NULL,
  buildings TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  last_used TEXT
) STRICT, WITHOUT ROWID;

-- The code that makes an admin; of it only the SHA-256, and one at most.
CREATE TABLE code (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  digest BLOB NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;

-- Who failed to get in; a subject is a SHA-256, since people type passwords into the wrong field.
CREATE TABLE failure (
  subject BLOB PRIMARY KEY,
  count INTEGER NOT NULL,
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Where each account has logged in from before.
CREATE TABLE known (
  account TEXT NOT NULL REFERENCES account (name) ON DELETE CASCADE,
  place BLOB NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (account, place)
) STRICT, WITHOUT ROWID;

-- The last line of the audit log, and what comes before the first that is kept.
CREATE TABLE audit (
  what TEXT PRIMARY KEY CHECK (what IN ('head', 'anchor')),
  number INTEGER NOT NULL,
  hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
