"""The journal looked up: filters, pages, one occurrence of an alarm, and who has what."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud_bridge.change import Change, EventRow
from cloud_bridge.journal import Journal
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_look import JournalLook
from edge.model import (
    Alarm,
    AlarmAcknowledged,
    AlarmCleared,
    AlarmRaised,
    CommandResult,
    Delivery,
    Event,
    EventLine,
    EventQuery,
    GatewayChanged,
    Kept,
    Lane,
    LinkChanged,
)
from tests.fakes import time as virtual
from tests.fakes.alarm_life import alarm_event
from tests.fakes.journal import narrate, opened, told
from tests.fakes.time import EPOCH
from tests.source_tree import ROOT

KINDS: Final = ("access.granted", "access.denied", "alarm.raised", "alarm.cleared", "link.changed")
DEVICES: Final = ("lift-1", "lift-10", "gate-1")


def row(number: int, kind: str, device: str, alarm: str, lane: Lane) -> EventRow:
    """An event as the writer gets it."""
    return EventRow(
        number=number,
        at=EPOCH.isoformat(),
        kind=kind,
        lane=lane,
        subject=f"{device}/x",
        origin="",
        body=b"%d" % number,
        about=device,
        alarm=f"{device}/{alarm}" if alarm else "",
        occurrence=number if alarm else 0,
    )


ROWS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.sampled_from(DEVICES),
        st.sampled_from(("", "fire", "door")),
        st.sampled_from(tuple(Lane)),
    ),
    max_size=60,
)
QUERIES = st.builds(
    EventQuery,
    limit=st.integers(1, 12),
    before=st.none() | st.integers(0, 70),
    after=st.integers(0, 40),
    kind=st.sampled_from(("", "*", "access.*", "alarm.*", "a*", "x*", "alarm.raised", "alarm")),
    lane=st.none() | st.sampled_from(tuple(Lane)),
    subject=st.sampled_from(("", *DEVICES, "lift", "lift-1/fire", "gate-1/door", "gate-1/")),
    waiting=st.booleans(),
)


def fits(query: EventQuery, row: EventRow, waiting: set[int]) -> bool:
    """The same question, asked plainly."""
    start, star, _ = query.kind.partition("*")
    kind = row.kind.startswith(start) if star or not start else row.kind == start
    within = query.after < row.number and (query.before is None or row.number < query.before)
    subject = query.subject in {"", row.about, row.alarm or None}
    lane = query.lane in {None, row.lane}
    return kind and within and subject and lane and (not query.waiting or row.number in waiting)


@settings(max_examples=100)
@given(made=ROWS, query=QUERIES, settled=st.sets(st.integers(1, 60)), few=st.booleans())
def test_every_question_is_answered_as_if_each_event_were_looked_at(
    made: Sequence[tuple[str, str, str, Lane]], query: EventQuery, settled: set[int], *, few: bool
) -> None:
    """Whatever way is taken, the newest that fit come, in order, and no other."""
    rows = [row(number, *each) for number, each in enumerate(made, 1)]
    file = JournalFile(Path(":memory:"), uplinks=("up",))
    file._db.execute("UPDATE meta SET value = 0 WHERE key = 'first'")
    file.standing()
    file.commit([Change(events=rows)])
    refused = {number for number in settled if number % 3 == 0}
    file.commit(
        [
            Change(
                settled=[("up", number) for number in settled],
                refused=[("up", number, "no", "") for number in refused],
            )
        ]
    )
    waiting = {each.number for each in rows} - settled | refused
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("cloud_bridge.journal_find.FEW", 1_000 if few else -1)
        found = file.find(query)
    expected = [each.number for each in reversed(rows) if fits(query, each, waiting)]
    assert [line.number for line in found] == expected[: query.limit]
    for line in found:
        known = rows[line.number - 1]
        assert (line.kind, line.lane, line.subject) == (known.kind, known.lane, known.subject)
        assert line.body == known.body
        state = "refused" if line.number in refused else "receipt"
        state = state if line.number in settled else "kept"
        assert [(each.uplink, each.state) for each in line.deliveries] == [("up", state)]
    file.close()


def raised(number: int, key: str = "lift-1/fire") -> Kept:
    """An alarm that is raised under a number."""
    event = alarm_event(key)
    alarm = Alarm(key=key, number=number, raised=event, since=EPOCH)
    return Kept(number=number, event=event, trusted_clock=True, alarm=alarm)


def of(occurrence: Kept, number: int, event: Event) -> Kept:
    """Something that happens to an occurrence, under its own number."""
    return Kept(number=number, event=event, trusted_clock=True, alarm=occurrence.alarm)


def test_one_occurrence_of_an_alarm(tmp_path: Path) -> None:
    """Raise, clear and all that is done to it, oldest first; that of the next is not among it."""
    journal = opened(tmp_path)

    async def main() -> None:
        first = journal.next_number
        one, two = raised(first), raised(first + 2)
        seen = AlarmAcknowledged(alarm="lift-1/fire", by="li", at=EPOCH)
        cleared = AlarmCleared(alarm="lift-1/fire", at=EPOCH)
        other = raised(first + 3, "lift-1/door")
        events = [
            one,
            of(one, first + 1, cleared),
            two,
            other,
            of(one, first + 4, seen),
            of(two, first + 5, seen),
        ]
        await journal.keep(events, {}, [])
        await journal.flush()
        lines = await journal.of_alarm("lift-1/fire", first)
        assert [line.number - first for line in lines] == [0, 1, 4]
        lines = await journal.of_alarm("lift-1/fire", first + 2)
        assert [(line.number - first, line.kind) for line in lines] == [
            (2, "alarm.raised"),
            (5, "alarm.acknowledged"),
        ]
        assert await journal.of_alarm("lift-1/fire", first + 1) == []
        assert await journal.of_alarm("lift-1/nothing", first) == []
        await journal.close()

    virtual.run(main())


def test_whose_an_event_is(tmp_path: Path) -> None:
    """A device has its own events and those of its alarms; a link and the gateway have theirs."""
    journal = opened(tmp_path)

    async def main() -> None:
        n = journal.next_number
        result = CommandResult(
            command="c", device="gate-1", action="open", outcome="done", at=EPOCH
        )
        gateway = GatewayChanged(state="started", reason="", at=EPOCH)
        link = LinkChanged(link="bus", up=False, reason="", at=EPOCH)
        others: list[Event] = [result, gateway, link]
        plain = [
            Kept(number=n + 1 + i, event=event, trusted_clock=True)
            for i, event in enumerate(others)
        ]
        await journal.keep([raised(n), *plain, told(n + 4)], {}, [])
        await journal.flush()

        async def numbers(subject: str) -> list[int]:
            return [line.number - n for line in await journal.find(EventQuery(subject=subject))]

        assert await numbers("lift-1") == [0]
        assert await numbers("lift-1/fire") == [0]
        assert await numbers("gate-1") == [1]
        assert await numbers("bus") == [3]
        assert await numbers("fire-1") == [4]
        assert await numbers("") == [4, 3, 2, 1, 0]
        await journal.close()

    virtual.run(main())


def test_when_it_was_kept(tmp_path: Path) -> None:
    """The instant of the transaction, however long the disk had refused before."""
    now = EPOCH
    journal = Journal(tmp_path / "journal.db", ["up"], narrate, now=lambda: now)

    async def main() -> list[EventLine]:
        nonlocal now
        number = journal.next_number
        await journal.keep([told(number)], {}, [])
        now += timedelta(seconds=90.25)
        await journal.flush()
        now += timedelta(seconds=90)
        lines = await journal.find(EventQuery())
        await journal.close()
        return lines

    [line] = virtual.run(main())
    assert line.kept_at == EPOCH + timedelta(seconds=90.25)
    assert line.at == EPOCH
    assert line.deliveries == (Delivery(uplink="up", state="kept"),)


def of_version_1(path: Path, events: Sequence[tuple[int, str, bytes]]) -> None:
    """A journal as the version before wrote it."""
    db = apsw.Connection(str(path))
    db.execute((ROOT / "cloud_bridge/schema/0001.sql").read_text(encoding="utf-8"))
    db.execute("PRAGMA user_version = 1")
    db.execute("INSERT INTO meta VALUES ('first', '1')")
    for number, subject, body in events:
        db.execute(
            "INSERT INTO event VALUES (?,?,?,?,?,?)",
            (number, EPOCH.isoformat(), "alarm.raised", "fault", subject, body),
        )
    db.execute("INSERT INTO delivery VALUES ('up', 'fault', 2)")
    db.close()


def test_a_journal_of_the_version_before_is_found_again(tmp_path: Path) -> None:
    """What its events are about is read from their bodies once; one that says nothing stays."""
    alarm = {"data": {"device": {"id": "lift-1"}, "alarm": {"id": "gw-1/1", "key": "lift-1/fire"}}}
    report = {"data": {"device": {"id": "fire-1"}, "report": {}}}
    path = tmp_path / "journal.db"
    bodies = [(1, alarm), (2, alarm), (3, report)]
    events = [(n, "", json.dumps(body).encode()) for n, body in bodies]
    of_version_1(path, [*events, (4, "gate-1/door_open", b"\xff no json"), (5, "", b"7")])
    file = JournalFile(path, uplinks=("up", "new"))
    assert file.standing().given_up == 0
    look = JournalLook(path)
    assert [line.number for line in look.of_alarm("lift-1/fire", 1)] == [1, 2]
    assert [line.number for line in look.find(EventQuery(subject="lift-1"))] == [2, 1]
    assert [line.number for line in look.find(EventQuery(subject="fire-1"))] == [3]
    assert [line.number for line in look.find(EventQuery(subject="gate-1"))] == [4]
    [waiting] = look.find(EventQuery(waiting=True))
    assert (waiting.number, waiting.kept_at) == (2, None)
    assert waiting.deliveries == (Delivery(uplink="up", state="kept"),)
    assert [line.deliveries for line in look.find(EventQuery(before=2))] == [
        (Delivery(uplink="up", state="receipt"),)
    ]
    look.close()
    file.close()


def test_an_event_that_could_not_be_told_is_still_found(tmp_path: Path) -> None:
    """Under the alarm that it was about, as dropped."""

    def broken(kept: Kept) -> bytes:
        if isinstance(kept.event, AlarmRaised):
            raise OverflowError("too much")
        return b"{}"

    journal = Journal(tmp_path / "journal.db", ["up"], broken, now=lambda: EPOCH)

    async def main() -> None:
        number = journal.next_number
        await journal.keep([raised(number)], {}, [])
        await journal.flush()
        [line] = await journal.of_alarm("lift-1/fire", number)
        assert line.kind == "records.dropped"
        await journal.close()

    virtual.run(main())
