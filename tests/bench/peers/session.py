"""One subject at one load: started, left to settle, measured, ended."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from simulators.ports import free_port
from tests.bench.peers import node_red, thingsboard, whistle
from tests.bench.peers.broker import broker
from tests.bench.peers.load import Load, Place
from tests.bench.peers.processes import REST_CORE, SUBJECT_CORE, Asked, asked, started, usage

LayOut: TypeAlias = Callable[[Place, Load], Sequence[str | Path]]

SUBJECTS: Final[dict[str, LayOut]] = {
    "whistle": whistle.lay_out,
    "thingsboard": thingsboard.lay_out,
    "node_red": node_red.lay_out,
}
ALL_WITHIN_S: Final = 180.0
SETTLE_S: Final = 3.0
SETTLED_WITHIN_S: Final = 60.0
WARM_S: Final = 25.0
"""From a start on, until it counts: Whistle's history sorts itself every sixteen seconds at a read
every 200 ms, for the first time dearer than later."""
SAME: Final = 0.1
ENOUGH: Final = 0.99
FORGIVEN_S: Final = 1.0
MOMENT_S: Final = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a subject did with a load; times of values are from register to MQTT."""

    subject: str
    devices: int
    period_ms: int
    seconds: float
    asked_s: float
    """Values a second."""
    delivered_s: float
    polled_s: float
    """Values a second that were read, delivered or not."""
    core: float
    us_a_value: float
    """Of the processor, for each value delivered."""
    values_a_core_s: float
    """As many a second as a whole core would deliver at this cost."""
    memory_mb: float
    p50_ms: float | None
    p99_ms: float | None
    max_ms: float | None
    first_s: float | None
    """From its start to its first value at the broker."""
    first_read_s: float | None
    late_p99_ms: float | None
    messages_s: float
    bytes_a_value: float
    devices_core: float
    rest_core: float
    """Of the broker and the listener together."""

    @property
    def kept_up(self) -> bool:
        """Whether it read and delivered what it was asked for.

        What is under way when a measurement begins or ends is forgiven, up to a second's worth:
        who sends in batches may have one more of them at the begin than at the end.
        """
        under_way_s = min((self.max_ms or 0.0) / 1000, FORGIVEN_S)
        wanted = ENOUGH * self.asked_s
        delivered = self.delivered_s >= wanted * (1 - under_way_s / self.seconds)
        return delivered and self.polled_s >= wanted

    def told(self) -> dict[str, Any]:
        """Rounded to what can be known."""
        return {
            key: round(value, 3 if abs(value) < 10 else 1) if isinstance(value, float) else value
            for key, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class Stage:
    """What runs beside a subject, and the subject itself."""

    devices: Asked
    listener: Asked
    broker: int
    broker_port: int
    subject: int
    started_at: float

    def all_read(self, devices: int, within_s: float) -> None:
        """Wait until so many devices are being read, and until the start is over.

        It is over when what the subject uses stays the same: much is loaded after the first read.
        """
        deadline = self.started_at + within_s
        while self.devices.ask()["callers"] < devices and time.monotonic() < deadline:
            time.sleep(0.5)
        deadline = time.monotonic() + SETTLED_WITHIN_S
        before = self._used_in_a_while()
        while time.monotonic() < deadline:
            now = self._used_in_a_while()
            if abs(now - before) <= max(SAME * before, MOMENT_S):
                return
            before = now

    def _used_in_a_while(self) -> float:
        begun = usage(self.subject).cpu_s
        time.sleep(SETTLE_S)
        return usage(self.subject).cpu_s - begun


@contextmanager
def stage(name: str, load: Load, lay_out: LayOut | None = None) -> Iterator[Stage]:
    """Devices, broker, listener, then the subject, until the block ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"{name}-")))
        place = Place(folder, free_port(), free_port(), free_port())
        serving = stack.enter_context(broker(folder, place.broker_port))
        words = (place.devices_port, load.devices, load.period_ms, load.changing)
        log = folder / "bench.log"
        devices = stack.enter_context(asked(REST_CORE, "devices", *words, log=log))
        listener = stack.enter_context(
            asked(REST_CORE, "listener", name, place.broker_port, log=log)
        )
        command = (lay_out or SUBJECTS[name])(place, load)
        at = time.monotonic()
        process = stack.enter_context(
            started(SUBJECT_CORE, command, folder / "subject.log", cwd=folder)
        )
        yield Stage(devices, listener, serving, place.broker_port, process.pid, at)


def measured(name: str, load: Load, on: Stage, seconds: float) -> Measured:
    """Measure what is on the stage for so many seconds."""
    pids = (on.subject, on.devices.pid, on.broker, on.listener.pid)
    on.devices.ask()
    began = on.listener.ask()
    before = [usage(pid) for pid in pids]
    time.sleep(seconds)
    heard, read = on.listener.ask(), on.devices.ask()
    after = [usage(pid) for pid in pids]
    took = heard["at"] - began["at"]
    cores = [(b.cpu_s - a.cpu_s) / took for a, b in zip(before, after, strict=True)]
    values = heard["values"]
    return Measured(
        subject=name,
        devices=load.devices,
        period_ms=load.period_ms,
        seconds=took,
        asked_s=load.values_s,
        delivered_s=values / took,
        polled_s=read["reads"] * load.registers / took,
        core=cores[0],
        us_a_value=cores[0] * took / max(values, 1) * 1e6,
        values_a_core_s=values / max(cores[0] * took, MOMENT_S),
        memory_mb=after[0].memory_mb,
        p50_ms=heard["p50_ms"],
        p99_ms=heard["p99_ms"],
        max_ms=heard["max_ms"],
        first_s=heard["first_at"] and heard["first_at"] - on.started_at,
        first_read_s=read["first_at"] and read["first_at"] - on.started_at,
        late_p99_ms=read["late_p99_ms"],
        messages_s=heard["messages"] / took,
        bytes_a_value=heard["bytes"] / max(values, 1),
        devices_core=cores[1],
        rest_core=cores[2] + cores[3],
    )


def run(name: str, load: Load, seconds: float) -> Measured:
    """Start a subject, let it settle, measure it, end it."""
    with stage(name, load) as on:
        on.all_read(load.devices, ALL_WITHIN_S)
        # Only the time tells: how far a history has sorted itself, nobody outside sees.
        time.sleep(max(on.started_at + WARM_S - time.monotonic(), 0.0))
        return measured(name, load, on, seconds)
