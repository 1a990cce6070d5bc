"""What is written of an event: its words for the platform, and by what it is found again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import structlog

from cloud_bridge.change import EventRow
from cloud_bridge.wire import lane_of
from cloud_bridge.wire.kinds import device_of, subject_of
from edge.logs import frames
from edge.model import Kept, RecordsDropped

OVERHEAD: Final = 400
"""Of one event in the file besides its words, with one uplink that waits for its receipt."""

log = structlog.get_logger()


def row_of(kept: Kept, narrate: Callable[[Kept], bytes]) -> EventRow:
    """Return the row of an event; what cannot be told is told as dropped."""
    event, alarm, subject = kept.event, kept.alarm, subject_of(kept.event, kept.alarm)
    try:
        body = narrate(kept)
    except Exception as fault:  # noqa: BLE001 - one event must not keep others untold
        log.error("event.untold", number=kept.number, fault=repr(fault), at=frames(fault))  # noqa: TRY400 - reads no files
        what, reason = f"{event.kind} {subject}", f"internal fault: {type(fault).__name__}"
        event, alarm = RecordsDropped(what=what, count=1, reason=reason, at=event.at), None
        body = narrate(replace(kept, event=event, alarm=None))
    key, occurrence = _occurrence(kept)
    return EventRow(
        number=kept.number,
        at=event.at.isoformat(),
        kind=event.kind,
        lane=lane_of(event, alarm),
        subject=subject,
        origin=getattr(kept.event, "origin", ""),
        body=body,
        about=(key or device_of(kept.event) or subject).partition("/")[0],
        alarm=key,
        occurrence=occurrence,
    )


def size_of(row: EventRow) -> int:
    """Return the bytes that an event takes on disk, about: its words, its columns, its indexes."""
    return len(row.body) + 2 * len(row.about + row.alarm + row.kind) + OVERHEAD


def _occurrence(kept: Kept) -> tuple[str, int]:
    """Return the key of the alarm that an event is about, and the number of its raise."""
    if kept.alarm is not None:
        return kept.alarm.key, kept.alarm.number
    key = getattr(kept.event, "alarm", "")
    return key, getattr(kept.event, "number", 0) if key else 0
