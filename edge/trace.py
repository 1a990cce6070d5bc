"""What went over a link lately, and how well: the last frames, and counts for each device."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import merge
from itertools import chain
from operator import attrgetter
from typing import Final, Literal, TypeAlias

from edge.model import Text
from edge.signs import Signs
from edge.strangers import Strangers

FRAMES_KEPT: Final = 400
"""Of a link: two minutes of a bus that is asked three times a second, at most 130 kB; half as many
questions with their answers beside them, where it has both."""

FEWEST_FRAMES: Final = 20
"""Of a link, however many there are: the last ten questions and what was answered."""

FRAMES_IN_ALL: Final = 60_000
"""Of all links together: some 12 MB where their frames are as short as a meter's."""

MOST_BYTES: Final = 2_048
"""Of one frame: the longest of a field bus has 1,100; of a message the beginning says enough."""

MOST_DEVICES: Final = 2_000
"""Counted apart; more are counted for the link only."""

MOST_REASONS: Final = 20
"""Ways to fail that are counted apart; further ones are counted as `other`."""

WEIGHT: Final = 0.1
"""Of the latest round trip in the mean that is shown."""

Way: TypeAlias = Literal["in", "out"]
_Exchange: TypeAlias = tuple[int, datetime, float, str, bytes, bytes]
"""A question's number and its answer's instant, how long it took, the device, what went and came:
one thing, as nothing else is noted a thousand times a second."""

_SILENT: Final = timedelta(0)


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as it went over the wire, at most its first `MOST_BYTES`.

    `number` counts the frames of the link. `device` is empty for whom nobody knows. What must not
    be kept (pictures, names) the driver has left out. `note` is a topic, or what was wrong.
    """

    number: int
    at: datetime
    way: Way
    device: str
    body: bytes
    note: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """What some bytes of a frame mean: the bytes from `start` up to `end`, a name, a value.

    Where no bytes can be pointed at, both are 0. `words` say what the value means, where there are
    words for it.
    """

    start: int
    end: int
    name: Text
    value: str
    words: Text | None = None


@dataclass(slots=True)
class Tally:
    """How well a device, or a whole link, answers; times in seconds.

    `round_trip` is a mean in which the latest counts most. What is silent is not asked again
    before `resting_until`.
    """

    sent: int = 0
    heard: int = 0
    good: int = 0
    failed: int = 0
    last_good: datetime | None = None
    last_failure: datetime | None = None
    last_reason: str = ""
    round_trip: float | None = None
    longest: float | None = None
    reasons: dict[str, int] = field(default_factory=dict)
    resting_until: datetime | None = None


class Trace:
    """Written by a link's driver, read by whoever looks; costs a driver no more than an append.

    `among` is how many links there are: of several hundred each remembers less. In `signs` the
    driver shows that it goes on.
    """

    def __init__(self, now: Callable[[], datetime], among: int = 1) -> None:
        self._now = now
        most = min(max(FRAMES_IN_ALL // max(among, 1), FEWEST_FRAMES), FRAMES_KEPT)
        self._frames: deque[Frame] = deque(maxlen=most)
        self._exchanges: deque[_Exchange] = deque(maxlen=most // 2)
        self._number = 0
        self._others = Tally()
        self._devices: dict[str, Tally] = {}
        self.strangers = Strangers(now)
        self.signs = Signs()

    def frame(self, way: Way, device: str, body: bytes, note: str = "") -> None:
        """Note a frame that went in or out."""
        self._number += 1
        self._frames.append(Frame(self._number, self._now(), way, device, body[:MOST_BYTES], note))
        tally = self._devices.get(device) or self._of(device)
        if way == "out":
            tally.sent += 1
        else:
            tally.heard += 1

    def exchanged(
        self, device: str, asked: bytes, came: bytes, seconds: float, at: datetime
    ) -> None:
        """Note a question and what had come of it, so many seconds later, by `at`."""
        tally = self._devices.get(device) or self._of(device)
        tally.sent += 1
        if came:
            tally.heard += 1
        self._exchange(device, asked, came, seconds, at)

    def answered(
        self, device: str, asked: bytes, came: bytes, seconds: float, at: datetime
    ) -> None:
        """Note a question and its good answer."""
        tally = self._devices.get(device) or self._of(device)
        tally.sent += 1
        tally.heard += 1
        self._exchange(device, asked, came, seconds, at)
        _count_good(tally, at, seconds)

    def good(self, device: str, seconds: float | None = None) -> None:
        """The device said something usable; it took so long to answer, where it was asked."""
        _count_good(self._devices.get(device) or self._of(device), self._now(), seconds)

    def failed(self, device: str, reason: str, rests: timedelta = _SILENT) -> None:
        """It did not answer, or nonsense; it is left in peace for so long, where that is known."""
        at = self._now()
        tally = self._devices.get(device) or self._of(device)
        tally.failed += 1
        tally.last_failure, tally.last_reason = at, reason
        known = reason in tally.reasons or len(tally.reasons) < MOST_REASONS
        counted = reason if known else "other"
        tally.reasons[counted] = tally.reasons.get(counted, 0) + 1
        tally.resting_until = at + rests if rests else None

    @property
    def failures(self) -> int:
        """How often anybody has failed."""
        return self._others.failed + sum([each.failed for each in self._devices.values()])

    @property
    def total(self) -> Tally:
        """The whole link, summed up now."""
        all_ = [self._others, *self._devices.values()]
        timed = [each for each in all_ if each.round_trip is not None]
        weight = sum(each.good for each in timed)
        last = max(all_, key=lambda each: each.last_failure.timestamp() if each.last_failure else 0)
        reasons: Counter[str] = Counter()
        for each in all_:
            reasons.update(each.reasons)
        return Tally(
            sent=sum(each.sent for each in all_),
            heard=sum(each.heard for each in all_),
            good=sum(each.good for each in all_),
            failed=sum(each.failed for each in all_),
            last_good=max((each.last_good for each in all_ if each.last_good), default=None),
            last_failure=last.last_failure,
            last_reason=last.last_reason,
            round_trip=sum((e.round_trip or 0) * e.good for e in timed) / weight
            if weight
            else None,
            longest=max((each.longest for each in timed if each.longest is not None), default=None),
            reasons=dict(reasons),
        )

    @property
    def devices(self) -> Mapping[str, Tally]:
        """Each device that has spoken, or was asked."""
        return self._devices

    def frames(self, device: str = "", after: int = 0) -> list[Frame]:
        """The last frames, oldest first; of one device where it is named."""
        exchanged = chain.from_iterable(map(_frames_of, tuple(self._exchanges)))
        kept = merge(tuple(self._frames), exchanged, key=attrgetter("number"))
        return [each for each in kept if each.number > after and device in {"", each.device}]

    def _exchange(
        self, device: str, asked: bytes, came: bytes, seconds: float, at: datetime
    ) -> None:
        number = self._number + 1
        self._number = number + 1
        exchange = number, at, seconds, device, asked[:MOST_BYTES], came[:MOST_BYTES]
        self._exchanges.append(exchange)

    def _of(self, device: str) -> Tally:
        """A device's counts; those of nobody, and of more devices than are told apart, are one."""
        if not device or len(self._devices) >= MOST_DEVICES:
            return self._others
        return self._devices.setdefault(device, Tally())


def _frames_of(exchange: _Exchange) -> Iterator[Frame]:
    """The question, and the answer where anything came."""
    number, at, took, device, asked, came = exchange
    yield Frame(number, at - timedelta(seconds=took), "out", device, asked)
    if came:
        yield Frame(number + 1, at, "in", device, came)


def _count_good(tally: Tally, at: datetime, seconds: float | None) -> None:
    tally.good += 1
    tally.last_good = at
    tally.resting_until = None
    if seconds is None:
        return
    before, longest = tally.round_trip, tally.longest
    tally.round_trip = seconds if before is None else before + WEIGHT * (seconds - before)
    if longest is None or seconds > longest:
        tally.longest = seconds
