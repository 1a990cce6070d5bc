"""Events back from the words in which they were told, and what a journal says of a time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from cloud_bridge.change import Change, EventRow
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_past import past
from cloud_bridge.journal_row import row_of
from cloud_bridge.wire import Narrator, read_event
from cloud_bridge.wire.recalling import recalled
from edge.model import (
    Access,
    AlarmAcknowledged,
    AlarmReset,
    AlarmShelved,
    AlarmUnshelved,
    AlarmUpdated,
    CommandResult,
    Covers,
    DeviceChanged,
    DeviceReported,
    DeviceReset,
    Event,
    GatewayChanged,
    Kept,
    Lane,
    LinkChanged,
    RecordsDropped,
    SuppressionBegan,
    SuppressionEnded,
    VisionChanged,
)
from edge.rules.door import BY_CONTACT
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH

NARRATOR = Narrator(bare_site(), "1.0")
LATER = EPOCH + timedelta(hours=1)
SEEN = VisionChanged(
    device="cam-1",
    phase="begin",
    what="loitering",
    zone="yard",
    object="7",
    since=EPOCH,
    at=EPOCH,
    dwell_s=12.5,
    basis="model",
    confidence=0.875,
    label="person",
    box=(0.1, 0.2, 0.3, 0.4),
    model="m",
    model_sha256="ab",
)
FROM_OUTSIDE: tuple[Event, ...] = (
    Access(device="g", decision="denied", at=EPOCH, person="p", method="card", origin="g/1"),
    DeviceChanged(device="d", state="offline", reason="silent", at=EPOCH),
    DeviceReported(
        device="f", what="w", frame="00ff", at=EPOCH, lane=Lane.FAULT, fields={"a": 1, "b": True}
    ),
    DeviceReset(device="f", component="1-1", at=EPOCH),
    LinkChanged(link="l", up=False, reason="cut", at=EPOCH),
    CommandResult(command="c", device="g", action="open", outcome="done", at=EPOCH, observed="yes"),
    GatewayChanged(state="started", reason="", at=EPOCH),
    SEEN,
    AlarmAcknowledged(alarm="d/a", by="ann", at=EPOCH, comment="seen"),
    AlarmShelved(alarm="d/a", until=LATER, by="ann", reason="dust", at=EPOCH),
    AlarmUnshelved(alarm="d/a", by="ann", at=EPOCH),
    AlarmReset(alarm="d/a", by="ann", at=EPOCH),
    SuppressionBegan(
        id="t",
        why="test",
        covers=Covers(device="d", component="1", building="b", category="fire.*"),
        by="ann",
        reason="yearly",
        at=EPOCH,
        until=LATER,
    ),
    SuppressionEnded(id="t", by="ann", at=EPOCH),
)
BROUGHT_ABOUT: tuple[Event, ...] = (
    Access(device="g", decision="forced", at=EPOCH, method=BY_CONTACT),
    AlarmUpdated(alarm="d/a", why="realarmed", at=EPOCH),
    AlarmUnshelved(alarm="d/a", by="", at=EPOCH),
    SuppressionEnded(id="window", by="", at=EPOCH),
    GatewayChanged(state="degraded", reason="", at=EPOCH),
    RecordsDropped(what="w", count=1, reason="r", at=EPOCH),
)


def kept(event: Event, number: int = 1) -> Kept:
    """The event as the journal is given it."""
    return Kept(number=number, event=event, trusted_clock=True)


@pytest.mark.parametrize("event", FROM_OUTSIDE, ids=lambda event: event.kind)
def test_what_came_from_outside_is_recalled(event: Event) -> None:
    """Every field that rules could look at is as it was."""
    assert recalled(read_event(NARRATOR.encode(kept(event)))) == event


@pytest.mark.parametrize("event", BROUGHT_ABOUT, ids=lambda event: event.kind)
def test_what_rules_and_time_bring_about_comes_by_itself(event: Event) -> None:
    """It is not given a second time."""
    assert recalled(read_event(NARRATOR.encode(kept(event)))) is None


def test_what_was_heard_late_comes_when_it_was_heard(tmp_path: Path) -> None:
    """A gate tells of an hour ago; what cannot be read any more is counted, not fatal."""
    path = tmp_path / "journal.db"
    file = JournalFile(path, now=lambda: LATER + timedelta(seconds=5))
    late = Access(device="g", decision="denied", at=EPOCH)
    soon = Access(device="g", decision="granted", at=LATER)
    rows = [row_of(kept(each, n), NARRATOR.encode) for n, each in enumerate((soon, late), 1)]
    broken = EventRow(
        number=3, at=LATER.isoformat(), kind="x.y", lane=Lane.INFO, subject="", origin="", body=b"?"
    )
    file.commit([Change(events=(*rows, broken))])
    file.close()
    found = past(path, EPOCH + timedelta(minutes=30), LATER + timedelta(minutes=1))
    assert [(each.at - LATER, each.event) for each in found.events] == [
        (timedelta(0), soon),
        (timedelta(seconds=5), late),
    ]
    assert (found.unread, found.alarms) == (1, ())
    assert past(path, EPOCH, EPOCH + timedelta(minutes=1)).events == ()
