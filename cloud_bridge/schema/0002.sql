-- When the transaction that kept it was written, in milliseconds since 1970.
ALTER TABLE event ADD COLUMN kept_at INTEGER;
-- The device or link that it is about: of an alarm what its key begins with.
ALTER TABLE event ADD COLUMN about TEXT NOT NULL DEFAULT '';
-- The key of the alarm that it is about, and the number under which that was raised.
ALTER TABLE event ADD COLUMN alarm TEXT NOT NULL DEFAULT '';
ALTER TABLE event ADD COLUMN occurrence INTEGER NOT NULL DEFAULT 0;

-- What was kept before says so in its body alone. Only the newest are read, for each is written anew:
-- a journal that was kept through a long outage must not need its own size again of a full disk.
UPDATE event SET (about, alarm, occurrence) = (
  SELECT
    substr(whose, 1, instr(whose || '/', '/') - 1),
    coalesce(told ->> '$.data.alarm.key', ''),
    coalesce(CAST(substr(id, 1 + instr(id, '/')) AS INTEGER), 0)
  FROM (
    SELECT told, told ->> '$.data.alarm.id' AS id,
      coalesce(told ->> '$.data.alarm.key', told ->> '$.data.device.id', subject) AS whose
    FROM (
      SELECT CASE WHEN json_valid(words) THEN words END AS told
      FROM (SELECT CAST(body AS TEXT) AS words))))
WHERE number > (SELECT max(number) FROM event) - 20000;

-- Whoever looks for the events of a device or an alarm, or of a kind, reads the bodies of those only.
CREATE INDEX event_by_about ON event (about, number, lane, kind, alarm, occurrence);
CREATE INDEX event_by_kind ON event (kind, lane, number);

-- Who gets every event from this number on.
CREATE TABLE uplink (
  id TEXT PRIMARY KEY,
  since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO uplink SELECT DISTINCT uplink, 0 FROM delivery;
