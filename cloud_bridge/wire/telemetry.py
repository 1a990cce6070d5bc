"""Readings on the wire: batches in columns, compressed, and the platform's receipt for them."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Annotated, Any, Final, TypeAlias

import msgspec
from msgspec import Meta

from cloud_bridge.wire.down import Refusal
from cloud_bridge.wire.limits import (
    MAX_BATCH_EVENTS,
    MAX_NUMBER,
    MAX_SAMPLES,
    MAX_TELEMETRY_BYTES,
    WireError,
)
from cloud_bridge.wire.parts import Document, Id, Instant
from cloud_bridge.wire.reading import read
from cloud_bridge.wire.topics import ROOT
from cloud_bridge.wire.words import names, plain
from edge.model import Block, Group, Quality, Reading, Readings, Value

TELEMETRY_CONTENT_TYPE: Final = "application/gzip"

_GZIP: Final = 16
"""Added to the bits of a window: gzip's own head and check sum around it, as zlib writes it."""

_WINDOW: Final = 15, zlib.DEF_MEM_LEVEL
"""Bits of the window, 32 KiB, and the size of the table for it."""

_SMALL_WINDOW: Final = 12, 5
"""The same for what fits into 4 KiB: to clear more takes longer than to pack a few readings."""

_LEVEL: Final = 5
"""Of zlib: 6 takes half as long again for a hundredth less."""

_MICROSECOND: Final = timedelta(microseconds=1)

Position: TypeAlias = Annotated[int, Meta(ge=0, lt=MAX_SAMPLES)]


class Telemetry(Document, frozen=True, kw_only=True):
    """Readings in the order they were kept, in columns of one length.

    Reading n is of `points[p]`, where p is the sum of `point` up to n, at `begin` plus the sum of
    `at` up to n, in microseconds; it says `value[n]`. Its quality is good unless n is among
    `uncertain` or `bad`; a value of bad quality is null, never zero.
    """

    id: Id
    site: Id
    gateway: Id
    begin: Instant
    points: Annotated[tuple[Id, ...], Meta(max_length=MAX_SAMPLES)]
    point: Annotated[tuple[int, ...], Meta(max_length=MAX_SAMPLES)]
    at: Annotated[tuple[int, ...], Meta(max_length=MAX_SAMPLES)]
    value: Annotated[tuple[Value | None, ...], Meta(max_length=MAX_SAMPLES)]
    uncertain: Annotated[tuple[Position, ...], Meta(max_length=MAX_SAMPLES)] = ()
    bad: Annotated[tuple[Position, ...], Meta(max_length=MAX_SAMPLES)] = ()


class TelemetryReceipt(Document, frozen=True, kw_only=True):
    """The platform's word on batches of readings, by their ids: stored, or refused for good."""

    stored: Annotated[tuple[Id, ...], Meta(max_length=MAX_BATCH_EVENTS)] = ()
    refused: Annotated[tuple[Refusal, ...], Meta(max_length=MAX_BATCH_EVENTS)] = ()


_TELEMETRY: Final = msgspec.json.Decoder(Telemetry)
_RECEIPT: Final = msgspec.json.Decoder(TelemetryReceipt)
_ENCODER: Final = msgspec.json.Encoder()


class _Columns:
    """What was read, column by column; of points and instants the steps from one to the next."""

    def __init__(self, told: Iterable[Readings]) -> None:
        self.places: dict[str, int] = {}
        self.point: list[int] = []
        self.steps: list[int] = []
        self.values: list[Value | None] = []
        self.marked: dict[Quality, list[int]] = {Quality.UNCERTAIN: [], Quality.BAD: []}
        self.begin: datetime | None = None
        self._last_place = 0
        self._last_at: datetime | None = None
        self._courses: dict[Group, tuple[int, list[int], int]] = {}
        for each in told:
            if isinstance(each, Block):
                self._add_block(each)
            else:
                self._add_reading(each)
        if not _are_plain(self.values):
            self.values = [_plain(value) for value in self.values]

    def _add_reading(self, reading: Reading) -> None:
        if reading.quality is not Quality.GOOD:
            self.marked[reading.quality].append(len(self.values))
        place = self._place(reading.point)
        self.point.append(place - self._last_place)
        self._last_place = place
        self._at(reading.at)
        self.values.append(reading.value)

    def _add_block(self, block: Block) -> None:
        values = block.values
        if not values:
            return
        if None in values:
            begin = len(self.values)
            self.marked[Quality.BAD] += [n for n, v in enumerate(values, begin) if v is None]
        course = self._courses.get(block.group) if block.places is None else None
        if course is None:
            course = self._course(block.points)
            if block.places is None:
                self._courses[block.group] = course
        first, others, last = course
        self.point.append(first - self._last_place)
        self.point += others
        self._last_place = last
        self._at(block.at)
        self.steps += bytes(len(others))
        self.values += values

    def _course(self, points: Sequence[str]) -> tuple[int, list[int], int]:
        """The place of the first of these, the steps from one to the next, the place of the last.

        Most have not been named before, and are numbered without a look at each.
        """
        begin, end = len(self.places), len(self.places) + len(points)
        if self.places.keys().isdisjoint(points):
            self.places.update(zip(points, range(begin, end), strict=True))
            return begin, [1] * (len(points) - 1), end - 1
        places = [self._place(point) for point in points]
        return places[0], [b - a for a, b in pairwise(places)], places[-1]

    def _place(self, point: str) -> int:
        return self.places.setdefault(point, len(self.places))

    def _at(self, at: datetime) -> None:
        last = self._last_at
        if last is None:
            self.begin = last = at
        self.steps.append(_step(last, at))
        self._last_at = at


def encode_telemetry(batch: str, site: str, gateway: str, told: Sequence[Readings]) -> bytes:
    """One to `MAX_SAMPLES` readings as JSON, not compressed yet; `batch` is what names them."""
    columns = _Columns(told)
    begin = columns.begin
    if begin is None or len(columns.values) > MAX_SAMPLES:
        raise ValueError(f"{len(columns.values)} readings; 1 to {MAX_SAMPLES} in a batch")
    document = Telemetry(
        id=batch,
        site=site,
        gateway=gateway,
        begin=begin if begin.tzinfo is UTC else begin.astimezone(UTC),
        points=names(columns.places),
        point=tuple(columns.point),
        at=tuple(columns.steps),
        value=tuple(columns.values),
        uncertain=tuple(columns.marked[Quality.UNCERTAIN]),
        bad=tuple(columns.marked[Quality.BAD]),
    )
    return _ENCODER.encode(document)


def compress(body: bytes) -> bytes:
    """The body under gzip; the same body always gives the same bytes."""
    bits, table = _SMALL_WINDOW if len(body) <= 1 << _SMALL_WINDOW[0] else _WINDOW
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP + bits, table)
    return packer.compress(body) + packer.flush()


def decode_telemetry(body: bytes) -> Telemetry:
    """Read a batch of readings, compressed or not; `WireError` says what does not fit."""
    telemetry = read(_TELEMETRY, _unpacked(body), "telemetry")
    count = len(telemetry.point)
    if not count == len(telemetry.at) == len(telemetry.value):
        raise WireError("the columns of the telemetry are not of one length")
    if any(not 0 <= place < len(telemetry.points) for place in accumulate(telemetry.point)):
        raise WireError("the telemetry has a reading of a point that it does not name")
    return telemetry


def readings_of(telemetry: Telemetry) -> Iterator[Reading]:
    """Yield what was read, in the order of the batch; `WireError`: at no time that there is."""
    qualities: dict[int, Quality] = dict.fromkeys(telemetry.uncertain, Quality.UNCERTAIN)
    qualities |= dict.fromkeys(telemetry.bad, Quality.BAD)
    begin = _utc(telemetry.begin)
    columns = zip(
        accumulate(telemetry.point), accumulate(telemetry.at), telemetry.value, strict=True
    )
    for n, (place, after, value) in enumerate(columns):
        yield Reading(
            point=telemetry.points[place],
            value=value,
            at=_moved(begin, after),
            quality=qualities.get(n, Quality.GOOD),
        )


def encode_telemetry_receipt(receipt: TelemetryReceipt) -> bytes:
    """The receipt as JSON."""
    return _ENCODER.encode(receipt)


def decode_telemetry_receipt(body: bytes) -> TelemetryReceipt:
    """Read which batches the platform has; `WireError` says what does not fit."""
    return read(_RECEIPT, body, "telemetry receipt")


def telemetry_receipts_topic(site: str, gateway: str) -> str:
    """Down: which batches of readings are stored and which are refused."""
    return f"{ROOT}/{site}/{gateway}/telemetry_receipts"


def _are_plain(values: Collection[Any]) -> bool:
    """Whether all of them are whole numbers that nobody rounds."""
    return {*map(type, values)} == {int} and -MAX_NUMBER <= min(values) <= max(values) <= MAX_NUMBER


def _plain(value: Value | None) -> Value | None:
    return value if value is None or value is True or value is False else plain(value)


def _step(earlier: datetime, later: datetime) -> int:
    return 0 if later is earlier else (later - earlier) // _MICROSECOND


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(_GZIP + _WINDOW[0])
    try:
        plain_body = unpacker.decompress(body, MAX_TELEMETRY_BYTES)
    except zlib.error as error:
        raise WireError(f"no telemetry: {error}") from error
    if not unpacker.eof:
        raise WireError(f"no telemetry: cut, or more than {MAX_TELEMETRY_BYTES} bytes unpacked")
    return plain_body


def _utc(at: datetime) -> datetime:
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise WireError("the telemetry begins at no time that there is") from None


def _moved(begin: datetime, after: int) -> datetime:
    try:
        return begin + timedelta(microseconds=after)
    except OverflowError:
        raise WireError("the telemetry has a reading at no time that there is") from None
