"""Readings on the wire: nothing changes on the way, and what does not fit is refused."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta, timezone
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_bridge.wire import (
    MAX_SAMPLES,
    MAX_TELEMETRY_BYTES,
    WireError,
    compress,
    decode_telemetry,
    decode_telemetry_receipt,
    encode_telemetry,
    readings_of,
)
from cloud_bridge.wire.limits import MAX_ID
from cloud_bridge.wire.words import name, plain
from edge.model import Quality, Reading
from tests.fakes.time import EPOCH

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=8))])
INSTANTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES)  # noqa: DTZ001 - bounds of what a zone is given to
VALUES = st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.none()
LONG = st.text("ab", min_size=MAX_ID - 1, max_size=MAX_ID + 1)
READINGS = st.builds(
    Reading,
    point=st.sampled_from(["lift-1/speed", "fire-1/1-2.fire", "p/x"]) | st.text(max_size=20) | LONG,
    value=VALUES,
    at=INSTANTS,
    quality=st.sampled_from(Quality),
)


def read(seconds: float, value: Any, point: str = "p/x", **more: Any) -> Reading:
    """A reading."""
    return Reading(point=point, value=value, at=EPOCH + timedelta(seconds=seconds), **more)


@given(readings=st.lists(READINGS, min_size=1, max_size=20))
def test_what_goes_in_comes_out(readings: list[Reading]) -> None:
    """Order, points, values with their types, instants to the microsecond, qualities."""
    body = compress(encode_telemetry("life-1", "s", "gw", readings))
    telemetry = decode_telemetry(body)
    assert (telemetry.id, telemetry.site, telemetry.gateway) == ("life-1", "s", "gw")
    came = list(readings_of(telemetry))
    wanted = [
        (
            name(r.point),
            None if r.value is None else plain(r.value),
            r.at.astimezone(UTC),
            r.quality,
        )
        for r in readings
    ]
    assert [(r.point, r.value, r.at, r.quality) for r in came] == wanted
    assert [type(r.value) for r in came] == [type(value) for _, value, _, _ in wanted]


def test_a_consumer_needs_json_and_gzip_alone() -> None:
    """As the contract's page says it; the bytes are what they are."""
    readings = [
        read(0, 1.5, "lift-1/speed"),
        read(0, value=False, point="lift-1/door_open"),
        read(1.25, None, "lift-1/speed", quality=Quality.BAD),
        read(1.25, 7, "lift-2/floor", quality=Quality.UNCERTAIN),
    ]
    document = json.loads(gzip.decompress(compress(encode_telemetry("l-0", "s", "gw", readings))))
    assert document == {
        "id": "l-0",
        "site": "s",
        "gateway": "gw",
        "begin": "2026-01-01T00:00:00Z",
        "points": ["lift-1/speed", "lift-1/door_open", "lift-2/floor"],
        "point": [0, 1, -1, 2],
        "at": [0, 0, 1_250_000, 0],
        "value": [1.5, False, None, 7],
        "uncertain": [3],
        "bad": [2],
    }
    begin = datetime.fromisoformat(document["begin"])
    columns = zip(
        accumulate(document["point"]), accumulate(document["at"]), document["value"], strict=True
    )
    assert [
        (document["points"][p], begin + timedelta(microseconds=at), value)
        for p, at, value in columns
    ] == [(r.point, r.at, r.value) for r in readings]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"at": [0]}, "not of one length"),
        ({"value": [1]}, "not of one length"),
        ({"point": [0, 1]}, "does not name"),
        ({"point": [0, -1]}, "does not name"),
        ({"bad": [-1]}, "no telemetry"),
        ({"begin": "2026-01-01T00:00:00"}, "no telemetry"),
        ({"id": ""}, "no telemetry"),
    ],
)
def test_what_contradicts_itself_is_refused(changes: dict[str, Any], reason: str) -> None:
    """A reader must not meet columns that do not belong together."""
    whole = json.loads(encode_telemetry("l-0", "s", "gw", [read(0, 1), read(1, 2)]))
    with pytest.raises(WireError, match=reason):
        decode_telemetry(json.dumps(whole | changes).encode())


def test_cut_and_bomb_are_refused() -> None:
    """What is not whole, and what unpacks without an end; a gzip of nonsense too."""
    body = compress(encode_telemetry("l-0", "s", "gw", [read(0, 1)]))
    bomb = compress(b" " * (MAX_TELEMETRY_BYTES + 1))
    for bad in (body[:-1], body[:12], bomb, compress(b"nonsense"), b"\x1f\x8b\xff"):
        with pytest.raises(WireError, match="no telemetry"):
            decode_telemetry(bad)
    for readings in ([], [read(0, 1)] * (MAX_SAMPLES + 1)):
        with pytest.raises(ValueError, match="in a batch"):
            encode_telemetry("l-0", "s", "gw", readings)


def test_an_instant_that_does_not_exist_is_refused() -> None:
    """Nobody can store it: the platform refuses the batch by its id."""
    whole = json.loads(encode_telemetry("l-0", "s", "gw", [read(0, 1), read(1, 2)]))
    telemetry = decode_telemetry(json.dumps(whole | {"at": [0, 2**62]}).encode())
    with pytest.raises(WireError, match="no time"):
        list(readings_of(telemetry))


def test_a_receipt_names_batches() -> None:
    """Stored and refused, as with events."""
    receipt = decode_telemetry_receipt(b'{"stored":["l-1"],"refused":[{"id":"l-2","reason":"r"}]}')
    assert receipt.stored == ("l-1",)
    assert [(each.id, each.reason) for each in receipt.refused] == [("l-2", "r")]
