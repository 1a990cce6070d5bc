"""What a reading costs on its way to the platform, in bytes and in time, beside plain JSON."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import zlib
from collections.abc import AsyncGenerator, Callable
from datetime import timedelta
from statistics import median
from time import perf_counter, process_time, thread_time
from typing import Any, Final

import msgspec

from cloud_bridge.sieve import Sieve
from cloud_bridge.telemetry import MOST_READINGS, Telemetry, TelemetryLane
from cloud_bridge.uplink import Heard, Said
from cloud_bridge.wire import (
    Piece,
    Status,
    TelemetryReceipt,
    compress,
    decode_telemetry,
    encode_telemetry,
    readings_of,
)
from edge.driver import Report
from edge.model import Lane, Reading, Reporting, Value
from tests.fakes.tail import FakeTail
from tests.fakes.time import EPOCH

DEVICES: Final = 100
ROUNDS: Final = 7
BATCHES: Final = 80


def readings(seconds: int, chance: random.Random) -> list[Reading]:
    """What the history keeps of lifts that are read each second: what has changed."""
    kept: list[Reading] = []
    last: dict[str, Value] = {}
    for second in range(seconds):
        for device in range(DEVICES):
            at = EPOCH + timedelta(
                seconds=second, microseconds=device * 9000 + chance.randrange(3000)
            )
            values: dict[str, Value] = {
                "door_open": chance.random() < 0.1,
                "floor": chance.randrange(30),
                "speed": round(chance.uniform(-2, 2), 2),
                "voltage": round(chance.gauss(220, 2), 1),
                "current": round(chance.gauss(8, 1), 1),
                "load": chance.randrange(0, 1000, 25),
                "trips": second // 40,
                "moving": chance.random() < 0.4,
                "temperature": round(chance.gauss(25, 0.2), 1),
                "fault": 0,
            }
            for name, value in values.items():
                point = f"lift-{device}/{name}"
                if last.get(point) != value:
                    last[point] = value
                    kept.append(Reading(point=point, value=value, at=at))
    return kept


def plain(batch: list[Reading]) -> bytes:
    """The reference: a JSON object for each reading, as most platforms take them."""
    return msgspec.json.encode(
        [{"point": r.point, "value": r.value, "at": r.at, "quality": r.quality} for r in batch]
    )


def cost(work: Callable[[], object], count: int) -> float:
    """Microseconds of a core for a reading, the median of some rounds."""
    took = []
    for _ in range(ROUNDS):
        began = thread_time()
        work()
        took.append(thread_time() - began)
    return round(median(took) / count * 1e6, 3)


class Sink:
    """An uplink that takes all at once; its answers come as fast."""

    def __init__(self) -> None:
        self.lane: TelemetryLane | None = None
        self.bytes = 0
        self.batches = 0

    async def send_telemetry(self, body: bytes) -> Heard:
        """Take a batch and answer for it."""
        self.bytes += len(body)
        assert self.lane is not None
        self.lane.heard(TelemetryReceipt(stored=(f"life-{self.batches}",)))
        self.batches += 1
        return "heard"

    async def publish(self, lane: Lane, bodies: object) -> Heard:
        """No event comes."""
        raise NotImplementedError

    async def tell_status(self, status: Status) -> None:
        """No status comes."""

    async def send_piece(self, sha256: str, piece: Piece) -> None:
        """No picture comes."""

    async def said(self) -> AsyncGenerator[Said, None]:
        """Nothing is said."""
        return
        yield


async def lane(kept: list[Reading], reporting: Reporting | None) -> dict[str, float]:
    """A backlog through a lane, from the history's tail to the uplink and back with the receipt."""
    tail, sink = FakeTail(), Sink()
    telemetry = Telemetry(
        tail=tail,
        dropped=lambda: 0,
        reported=lambda _: reporting,
        linger=timedelta(),
        site="s",
        life="life",
    )

    async def take(report: Report) -> None:
        raise AssertionError(report)

    own = TelemetryLane("up", "gw", telemetry, lambda: True, take, lambda: EPOCH)
    sink.lane = own
    for n in range(BATCHES):
        tail.keep(kept[n * MOST_READINGS : (n + 1) * MOST_READINGS])
    began, cpu = perf_counter(), process_time()
    task = asyncio.create_task(own.run(sink), name="lane")
    while tail.waiting:  # noqa: ASYNC110 - a bench
        await asyncio.sleep(0.002)
    took, cpu = perf_counter() - began, process_time() - cpu
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return {
        "bytes_a_reading": round(sink.bytes / len(kept), 2),
        "us_a_reading": round(cpu / len(kept) * 1e6, 2),
        "readings_a_second": round(len(kept) / took),
    }


def main() -> None:
    """Print one JSON object for each benchmark."""
    chance = random.Random(1)  # noqa: S311 - a bench
    kept = readings(320, chance)[: BATCHES * MOST_READINGS]
    batch = kept[:MOST_READINGS]
    body = encode_telemetry("life-0", "s", "gw", batch)
    packed = compress(body)
    reference = plain(batch)
    reporting = Reporting(deadband=0.5, every=timedelta(minutes=5))

    def sieved() -> object:
        return Sieve(lambda _: reporting).passing(batch, batch[-1].at)

    def tell(bench: str, **figures: Any) -> None:
        sys.stdout.write(json.dumps({"bench": f"telemetry.{bench}", **figures}) + "\n")

    tell(
        "bytes",
        bytes_a_reading=round(len(packed) / len(batch), 2),
        unpacked=round(len(body) / len(batch), 2),
        reference=round(len(reference) / len(batch), 2),
        reference_packed=round(len(zlib.compress(reference, 6)) / len(batch), 2),
        ratio=round(len(packed) / len(reference), 4),
    )
    encoding = cost(lambda: encode_telemetry("life-0", "s", "gw", batch), len(batch))
    packing = cost(lambda: compress(body), len(batch))
    plainly = cost(lambda: plain(batch), len(batch))
    tell(
        "encode",
        columns_us=encoding,
        compress_us=packing,
        reference_us=plainly,
        ratio=round((encoding + packing) / plainly, 2),
        decode_us=cost(lambda: list(readings_of(decode_telemetry(packed))), len(batch)),
        sieve_us=cost(sieved, len(batch)),
    )
    for name, how in (("lane", None), ("lane_with_deadband", reporting)):
        figures = asyncio.run(lane(kept, how))
        tell(name, **figures, ratio=round(figures["us_a_reading"] / plainly, 2))


if __name__ == "__main__":
    main()
