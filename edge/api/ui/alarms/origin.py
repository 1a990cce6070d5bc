"""What was there before an alarm: the frame on the wire, and the reading that its rule has seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from edge.api.running import Running
from edge.api.ui.alarms.story import Step
from edge.model import Quality, Reading, Text
from edge.rules.wording import point_of, spoken
from edge.trace import Frame

LOOKED_BACK: Final = timedelta(minutes=10)
"""How long before a raise its frame is looked for: longer than any usual delay of an alarm."""

READINGS: Final = 60

FRAME: Final = Text("报文到达网关", "frame on the wire")
READ: Final = Text("读数成立", "reading that began it")

SHOWN_BYTES: Final = 16
"""Of a frame, on one line; its page has the rest."""

TOLERATED: Final = timedelta(milliseconds=50)
"""Between the stamp of a frame and that of the event that follows from it."""


async def before(running: Running, device: str, point: str, raised: datetime) -> list[Step]:
    """The reading that began it and the frame that it came in, as far as they are known."""
    site, steps = running.configuration.site, list[Step]()
    known = await running.history.recent(point, READINGS) if point else ()
    first = began(known, raised)
    at = first.at if first else raised
    found = site.devices.get(device)
    keeper = running.keepers.get(found.link) if found else None
    frame = carrying(keeper.trace.frames(device), at) if keeper else None
    if frame is not None:
        steps.append(_framed(frame, device, at))
    if first is not None:
        value = spoken(first.value, point_of(site.devices, point))
        steps.append(Step(at=first.at, mark="point", what=READ, words=point, value=value))
    return steps


def began(known: Sequence[Reading], raised: datetime) -> Reading | None:
    """The first reading of the value that stood when the alarm was raised; newest come first."""
    good = [each for each in known if each.at <= raised + TOLERATED and _is_good(each)]
    found: Reading | None = None
    for reading in good:
        if found is not None and reading.value != found.value:
            break
        found = reading
    return found


def carrying(frames: Iterable[Frame], at: datetime) -> Frame | None:
    """The last frame that had come in by then."""
    came = (f for f in frames if f.way == "in" and at - LOOKED_BACK <= f.at <= at + TOLERATED)
    return max(came, key=lambda frame: frame.at, default=None)


def _is_good(reading: Reading) -> bool:
    return reading.quality is Quality.GOOD


def _framed(frame: Frame, device: str, reading: datetime) -> Step:
    """The frame as a step; it had come before what was read in it, whoever stamped first."""
    shown = frame.body[:SHOWN_BYTES].hex(" ")
    words = frame.note or (f"{shown} …" if len(frame.body) > SHOWN_BYTES else shown)
    at = min(frame.at, reading)
    return Step(at=at, mark="wire", what=FRAME, words=words, link=f"/devices/{device}/frames")
