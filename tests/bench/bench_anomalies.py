"""What a reading costs a rule of anomalies, beside an alarm on a limit in the same run."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from time import process_time
from typing import Any, Final

import msgspec

from edge.model import Lane, Reading, Text
from edge.rules.alarm import PointAlarm, Words
from edge.rules.comparing import Beyond
from edge.rules.engine import Engine
from edge.rules.rule import Rule
from tests.fakes.anomalies import rule
from tests.fakes.time import EPOCH

READINGS: Final = 20_000
"""A second apart, the noise of each as wide as whole kPa show."""

WATCHES: Final = ("usual", "drift", "night", "flat", "jump")
LEARNT: Final = 16
"""Days with a reading every ten minutes, before what is measured."""


def limit() -> PointAlarm:
    """The reference: a limit that is never reached."""
    return PointAlarm(
        id="a/high",
        device="a",
        name="high",
        point="a/value",
        words=Words(category="x", severity=1, lane=Lane.FAULT, text=Text("高", "high")),
        holds=Beyond(high=900.0),
    )


def readings(begins: float, every: float, number: int, seed: int) -> Sequence[Reading]:
    """Pressure with noise, in whole kPa."""
    chance = Random(seed)  # noqa: S311 - a simulated sensor needs no cryptographic chance
    return [
        Reading(
            point="a/value",
            value=float(round(chance.gauss(400, 2))),
            at=EPOCH + timedelta(seconds=begins + every * each),
        )
        for each in range(number)
    ]


def cost(made: Rule[Any]) -> tuple[float, int]:
    """µs a reading for one that has learnt, wakes included, and how many bytes are kept."""
    engine = Engine([made])
    engine.begin(EPOCH)
    for reading in readings(0, 600, LEARNT * 144, 1):
        while (wake := engine.wake_at()) is not None and wake <= reading.at:
            engine.feed(None, wake)
        engine.feed(reading, reading.at)
    kept = sum(map(len, engine.take_changed().values()))
    heard = readings(LEARNT * 86_400, 1, READINGS, 2)
    best = float("inf")
    for _ in range(3):
        begun = process_time()
        for reading in heard:
            engine.feed(reading, reading.at)
        best = min(best, process_time() - begun)
    return best / READINGS * 1e6, kept


def main() -> None:
    """Print a JSON object for each kind of anomaly."""
    reference, _ = cost(limit())
    for watch in WATCHES:
        made = rule(watch, "pressure")
        own, kept = cost(made)
        line = {
            "bench": f"anomaly_{watch}",
            "us_a_reading": round(own, 2),
            "reference": "an alarm on a limit, quiet",
            "reference_us": round(reference, 2),
            "ratio": round(own / reference, 1),
            "bytes_kept": kept or len(msgspec.json.encode(made.start())),
        }
        sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
