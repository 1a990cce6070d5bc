"""What a hostile device says: streams of bytes, without end, the same for the same chance."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from itertools import count
from typing import Final, Literal, TypeAlias, get_args

from edge.drivers.gb26875 import frames
from edge.drivers.gb26875.frames import SERIALS
from tests.system.proof.panel import frame_of

Deed: TypeAlias = Literal[
    "garbage", "half_frames", "valid_flood", "reconnects", "huge_lengths", "slow_bytes"
]
DEEDS: Final[tuple[Deed, ...]] = get_args(Deed)

PIECE: Final = 4096
DEEP: Final = 100_000
HUGE_BODY: Final = 5 * 1024 * 1024
MBAP_LENGTH_AT: Final = 4
GB_LENGTH_AT: Final = 24


def garbage(chance: random.Random, marks: bytes) -> Iterator[bytes]:
    """Yield noise in which something that begins a frame stands now and then."""
    while True:
        noise = bytearray(chance.randbytes(chance.randint(1, PIECE)))
        for _ in range(chance.randint(0, 8)):
            at = chance.randrange(len(noise))
            noise[at : at + len(marks)] = marks
        yield bytes(noise)


def panel_frames(address: int) -> Iterator[bytes]:
    """Yield good frames of a transmission device, each a fire of its own or its end."""
    for number in count():
        verb: Literal["raise", "clear"] = "clear" if number % 2 else "raise"
        yield frames.encode(frame_of(address, number % SERIALS, number // 2 % 40_000, verb))


def panel(deed: Deed, chance: random.Random, address: int) -> Iterator[bytes]:
    """Yield what the device sends to the port for panels, piece by piece."""
    good = panel_frames(address)
    match deed:
        case "garbage":
            yield from garbage(chance, frames.START)
        case "half_frames":
            yield from (frame[: chance.randint(1, len(frame) - 1)] for frame in good)
        case "huge_lengths":
            for frame in good:
                size = chance.choice((0xFFFF, 1025, 1024))
                yield frame[:GB_LENGTH_AT] + size.to_bytes(2, "little") + frame[GB_LENGTH_AT + 2 :]
        case "slow_bytes":
            yield from (bytes((byte,)) for frame in good for byte in frame)
        case _:
            yield from good


def modbus(deed: Deed, chance: random.Random, request: bytes) -> Iterator[bytes]:
    """Yield what the device answers to one request, piece by piece."""
    registers = int.from_bytes(request[10:12])
    body = request[6:8] + bytes((2 * registers,)) + chance.randbytes(2 * registers)
    right = request[:MBAP_LENGTH_AT] + len(body).to_bytes(2) + body
    match deed:
        case "garbage":
            noise = garbage(chance, request[:MBAP_LENGTH_AT])
            yield from (next(noise) for _ in range(16))
        case "half_frames":
            yield right[: chance.randint(1, len(right) - 1)]
        case "huge_lengths":
            size = chance.choice((0xFFFF, 255, 254))
            yield right[:MBAP_LENGTH_AT] + size.to_bytes(2) + chance.randbytes(PIECE)
        case "slow_bytes":
            yield from (bytes((byte,)) for byte in right)
        case _:
            # Answers to what was not asked, hundreds before the one that was.
            yield from (chance.randbytes(2) + right[2:] for _ in range(500))
            yield right


def gate(deed: Deed, chance: random.Random, number: str) -> Iterator[bytes]:
    """Yield the bodies that a gate publishes as its records."""
    for record in count(1):
        info = {
            "facesluiceId": number,
            "RecordID": str(record),
            "VerifyStatus": "1",
            "time": "2026-01-01 00:00:00",
        }
        good = json.dumps({"operator": "RecPush", "info": info}).encode()
        match deed:
            case "garbage":
                yield chance.randbytes(chance.randint(1, PIECE))
            case "half_frames":
                yield good[: chance.randint(1, len(good) - 1)]
            case "huge_lengths":
                deep = b'{"operator":' + b"[" * DEEP
                yield deep if record % 2 else b'{"pic":"' + b"A" * HUGE_BODY + b'"}'
            case "slow_bytes":
                yield good[record % len(good) :][:1]
            case _:
                yield good
