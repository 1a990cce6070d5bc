"""Alarms at 200 a second under telemetry: from the frame over the disk to the platform's socket."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

from simulators.ports import LOOPBACK, free_port
from tests.bench.alarm_panel import Rate, latencies, of_bare, of_event
from tests.bench.fire_frames import ADDRESS
from tests.bench.peers import whistle
from tests.bench.peers.broker import broker
from tests.bench.peers.load import Load, Place
from tests.bench.peers.mqtt_line import MqttLine
from tests.bench.peers.processes import SUBJECT_CORE, asked, can_measure
from tests.bench.peers.session import measured, stage
from tests.fakes.process import FIRST

A_SECOND: Final = 200
SECONDS: Final = 10
DEVICES: Final = 400
PERIOD_MS: Final = 200
START_S: Final = 120


def with_whistle(rate: Rate, load: Load) -> tuple[list[float], dict[str, Any]]:
    """Latencies under the load, and what the load was."""
    fire = free_port()

    def lay_out(place: Place, load: Load) -> list[str | Path]:
        site = whistle.site_of(place, load)
        link = {"id": "fire", "driver": "gb26875", "listen": {"host": LOOPBACK, "port": fire}}
        panel = {
            "id": "fire-1",
            "link": "fire",
            "profile": "panels/gb26875",
            "name": {"zh": "传输装置", "en": "panel"},
            "address": {"address": ADDRESS},
        }
        more = {"links": [*site["links"], link], "devices": [*site["devices"], panel]}
        return [*FIRST, *whistle.lay_out(place, load, **more)]

    with stage("whistle", load, lay_out) as on:
        on.all_read(load.devices, START_S)
        quiet = measured("whistle", load, on, 5)
        line = MqttLine(LOOPBACK, on.broker_port, ("community/v1/+/+/events/+",), "bench-alarms")
        took = asyncio.run(latencies(fire, line, of_event, rate))
    return took, {"telemetry_values_s": quiet.delivered_s, "telemetry_core": quiet.core}


def with_bare_loop(rate: Rate) -> list[float]:
    """Latencies of the same frames through the bare loop, with nothing else to do."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bare-")))
        port, broker_port = free_port(), free_port()
        stack.enter_context(broker(folder, broker_port))
        words = (port, broker_port, folder / "kept")
        stack.enter_context(asked(SUBJECT_CORE, "bare", *words, log=folder / "bare.log"))
        line = MqttLine(LOOPBACK, broker_port, ("bare/#",), "bench-alarms")
        return asyncio.run(latencies(port, line, of_bare, rate))


def main() -> None:
    """Print one JSON object: `python -m tests.bench.bench_alarm_rate [SECONDS [DEVICES]]`.

    Beside a bare loop that only reads, syncs and publishes. Whistle has ten registers of so many
    devices to read five times a second.
    """
    if not can_measure():
        return
    words = [int(word) for word in sys.argv[1:]]
    seconds, devices = [*words, *(SECONDS, DEVICES)[len(words) :]]
    rate, load = Rate(A_SECOND * seconds, A_SECOND), Load(devices, PERIOD_MS)
    bare = with_bare_loop(rate)
    own, told = with_whistle(rate, load)
    p99, reference = (quantiles(each, n=100)[98] for each in (own, bare))
    line = {
        "name": "alarm.wire_to_platform",
        "alarms_s": A_SECOND,
        "alarms": len(own),
        "p99_ms": p99,
        "p50_ms": median(own),
        "max_ms": max(own),
        "goal_ms": 20,
        "reference": "read, fdatasync, publish",
        "reference_ms": reference,
        "reference_p50_ms": median(bare),
        "ratio": p99 / reference,
        "goal": 2,
        "telemetry_asked_s": load.values_s,
        **told,
    }
    line = {k: round(v, 2) if isinstance(v, float) else v for k, v in line.items()}
    sys.stdout.write(f"{json.dumps(line)}\n")


if __name__ == "__main__":
    main()
