"""What Modbus devices answer and dial-in boxes say first, and what registers could mean."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from ruamel.yaml import YAML

from edge.discovery.interpret import interpretations
from edge.drivers.modbus import codec
from edge.drivers.modbus.codec import MAX_BUFFER, MbapFraming, OutOfStepError, RtuFraming
from edge.drivers.modbus.decode import Decoder, compile_read
from edge.drivers.modbus.describe import describe
from edge.drivers.modbus.planner import Place, Read, plan
from edge.drivers.modbus.profile import ModbusProfile
from edge.drivers.modbus.strangers import introduced
from edge.profiles import Profiles, shipped
from edge.trace import Frame
from tests.fuzz.target import Target, pieces
from tests.source_tree import ROOT

AT: Final = datetime(2026, 1, 1, tzinfo=UTC)
READ: Final = Read(
    table="holding",
    start=0x40,
    count=23,
    every=1.0,
    places=(Place(name="p", table="holding", every=1.0, start=0x40, size=23),),
)
REQUESTS: Final = (
    codec.read_request(2, READ, "box"),
    codec.write_request(2, "coil", 1, 1, "box"),
    codec.write_request(2, "holding", 1, 3, "box"),
)


def _cases() -> list[Any]:
    yaml = YAML(typ="safe", pure=True)
    paths = sorted(ROOT.glob("tests/cases/modbus/*/case.yaml"))
    return [yaml.load(path.read_text("utf-8")) for path in paths]


ANSWERS: Final = tuple(
    bytes.fromhex(frame["answer"]) for case in _cases() for frame in case["frames"]
)
TCP: Final = tuple(
    b"\0\1\0\0" + (len(frame) - 2).to_bytes(2) + frame[:-2] for frame in ANSWERS if len(frame) > 4
)


def _rtu(body: bytes) -> None:
    for request in REQUESTS:
        framing, buffer = RtuFraming(), bytearray()
        for piece in pieces(body):
            buffer += piece
            framing.take(buffer, request, 1)
            assert len(buffer) <= MAX_BUFFER


def _mbap(body: bytes) -> None:
    for request in (*REQUESTS, None):
        framing, buffer = MbapFraming(), bytearray()
        for piece in pieces(body):
            buffer += piece
            framing.take(buffer, request, 1)
            assert len(buffer) <= MAX_BUFFER, "what cannot be the begin of a frame is not kept"


@cache
def _decoders() -> tuple[tuple[Read, Decoder], ...]:
    """Every read of every shipped profile."""
    profiles = Profiles(shipped())
    found: list[tuple[Read, Decoder]] = []
    for name in profiles.ids():
        profile = profiles.get(name)
        if isinstance(profile, ModbusProfile):
            points, settings = profile.points, profile.settings
            found += [
                (read, compile_read(read, points, settings)) for read in plan(points, settings)
            ]
    return tuple(found)


def _values(body: bytes) -> None:
    for read, decoder in _decoders():
        of_bits = read.table in {"coil", "discrete"}
        size = (read.count + 7) // 8 if of_bits else 2 * read.count
        decoder((body * (size // max(len(body), 1) + 1))[:size].ljust(size, b"\0"))


def _described(body: bytes) -> None:
    asked = Frame(number=1, at=AT, way="out", device="", body=MbapFraming().frame(REQUESTS[0], 1))
    answer = Frame(number=2, at=AT, way="in", device="", body=body)
    for tcp in (True, False):
        parts = describe(answer, (asked,), {}, tcp=tcp)
        assert all(0 <= part.start <= part.end <= len(body) for part in parts)


def _guessed(body: bytes) -> None:
    registers = [int.from_bytes(body[at : at + 2]) for at in range(0, min(len(body), 64), 2)]
    interpretations(registers)
    interpretations(registers, registers[1:])


TARGETS: Final = (
    Target(name="modbus.rtu", parse=_rtu, seeds=tuple(b"\4" + each for each in ANSWERS), most=1024),
    Target(
        name="modbus.mbap",
        parse=_mbap,
        errors=(OutOfStepError,),
        seeds=tuple(b"\4" + each for each in TCP),
        most=1024,
    ),
    Target(name="modbus.values", parse=_values, seeds=ANSWERS, most=256),
    Target(name="modbus.describe", parse=_described, seeds=(*ANSWERS, *TCP), most=1024),
    Target(
        name="modbus.registration",
        parse=introduced,
        seeds=(b"860000000000001", b"\xfe\x01\x00"),
        most=128,
    ),
    Target(name="discovery.registers", parse=_guessed, seeds=ANSWERS, most=64),
)
