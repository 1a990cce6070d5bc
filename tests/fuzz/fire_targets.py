"""What fire transmission devices say in GB/T 26875.3, and the tables of their addresses."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from edge.drivers.gb26875 import KIND, codec, strangers, tables
from edge.drivers.gb26875.codec import Received
from edge.drivers.gb26875.describe import decode_json
from edge.drivers.gb26875.dialect import DIALECTS
from edge.drivers.gb26875.explain import explain
from edge.drivers.gb26875.frames import (
    HEADER,
    LONGEST,
    MAX_APP_DATA,
    TAIL,
    Damaged,
    Frame,
    Framer,
    encode,
)
from edge.drivers.gb26875.places import read_places
from edge.drivers.gb26875.profile import GbProfile
from edge.errors import ConfigError
from edge.model import Text
from edge.profiles import Profiles, shipped
from tests.fuzz.target import Target, pieces
from tests.source_tree import ROOT

AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
CLOCK: Final = 6
"""Bytes of a device's time."""
LOCAL: Final = AT.replace(tzinfo=None)
FRAMES: Final = tuple(
    bytes.fromhex(path.read_text("ascii"))
    for path in sorted(ROOT.glob("tests/cases/gb26875/*/frame.hex"))
)
APPS: Final = tuple(frame[HEADER:-TAIL] for frame in FRAMES if len(frame) > HEADER + TAIL)
PROFILES: Final = tuple(
    Profiles(shipped(), kinds={KIND.name: KIND}).of(name, GbProfile)
    for name in ("panels/gb26875", "panels/gb26875_dahua")
)
DEVICES: Final = {123: Text("装置", "Device")}
TABLE: Final = (
    "system_type,system_address,zone,point,building,unit,floor,room,text\n1,1,1,1,,,1,,a\n"
)


def _framed(body: bytes) -> None:
    framer = Framer()
    for piece in pieces(body):
        for found in framer.feed(piece):
            if not isinstance(found, Damaged):
                assert found in Framer().feed(encode(found)), "a frame is what it is written as"
        assert framer.pending < LONGEST, "less than a frame is held back"
    for _ in range(framer.pending):
        framer.skip()


def _meant(body: bytes) -> None:
    """The first six bytes are the device's clock, the rest what it says."""
    if len(body) <= CLOCK:
        return
    frame = Frame(
        serial=1,
        label=body[:CLOCK],
        source=123,
        destination=1,
        command=tables.SEND,
        app=body[CLOCK : CLOCK + MAX_APP_DATA],
    )
    received = Received(device="fire-1", frame=frame, at=AT, local=LOCAL)
    for dialect in DIALECTS.values():
        for profile in PROFILES:
            codec.records(received, dialect, profile)
        strangers.said(frame, dialect)


def _told(body: bytes) -> None:
    for dialect in DIALECTS.values():
        parts = explain(body, dialect, DEVICES, PROFILES[-1])
        assert all(0 <= part.start <= part.end <= len(body) for part in parts)
    decode_json(body.hex())
    decode_json(body.decode("latin-1"))


def _placed(body: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(body)
        file.flush()
        read_places(Path(file.name))


TARGETS: Final = (
    Target(name="gb26875.frames", parse=_framed, seeds=tuple(b"\0" + each for each in FRAMES)),
    Target(
        name="gb26875.codec", parse=_meant, seeds=tuple(FRAMES[0][6:12] + each for each in APPS)
    ),
    Target(name="gb26875.explain", parse=_told, seeds=FRAMES),
    Target(
        name="gb26875.places",
        parse=_placed,
        errors=(ConfigError,),
        seeds=(TABLE.encode(), TABLE.encode("gb18030")),
    ),
)
