"""Whistle beside ThingsBoard Gateway and Node-RED: same devices, broker and machine, in one run."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from tests.bench.peers.install import NODE_RED, THINGSBOARD
from tests.bench.peers.load import REGISTERS, Load
from tests.bench.peers.processes import can_measure
from tests.bench.peers.searching import highest
from tests.bench.peers.session import Measured, run

PERIOD_MS: Final = 200
"""ThingsBoard merges what one device says within 100 ms: at 200 ms nobody loses by that."""
FIRST: Final = {"thingsboard": 200, "node_red": 600, "whistle": 2400}
"""Devices to begin with: about what each keeps up with on a quiet core."""
PEERS: Final = ("thingsboard", "node_red")
GOALS: Final = {
    "thingsboard": {"most": 8.0, "cpu": 1 / 5, "p99": 1 / 20, "first": 1 / 10},
    "node_red": {"most": 4.0, "cpu": 1 / 3},
}


@dataclass(frozen=True, slots=True)
class Mode:
    """How long it may take."""

    tries: int
    probe_s: float
    rounds: int
    round_s: float


WHOLE_S: Final = 32.0
"""Two of the rounds in which Whistle's history sorts itself: less would be a good or a bad one."""
SHORT: Final = Mode(tries=5, probe_s=WHOLE_S, rounds=1, round_s=WHOLE_S)
LONG: Final = Mode(tries=7, probe_s=WHOLE_S, rounds=5, round_s=WHOLE_S)


def say(**told: Any) -> None:
    """One line of JSON."""
    line = {k: round(v, 3) if isinstance(v, float) else v for k, v in told.items()}
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()


@dataclass(frozen=True, slots=True)
class Most:
    """The most that a subject delivered, and of how many devices."""

    devices: int
    values_s: float


def most(subject: str, mode: Mode) -> Most:
    """The most at which a subject delivers what it is asked for.

    Of a peer that never does, at any load that was tried, what it delivered at best counts.
    """
    probes: list[Measured] = []

    def keeps_up(devices: int) -> bool:
        probe = run(subject, Load(devices, PERIOD_MS), mode.probe_s)
        say(name="peers.probe", kept_up=probe.kept_up, **probe.told())
        probes.append(probe)
        return probe.kept_up

    devices = highest(keeps_up, FIRST[subject], mode.tries)
    found = Most(devices, devices * REGISTERS * 1000 / PERIOD_MS)
    if not devices and subject in PEERS:
        best = max(probes, key=lambda probe: probe.delivered_s)
        found = Most(best.devices, best.delivered_s)
    told = {"devices": found.devices, "values_s": found.values_s, "kept_up": bool(devices)}
    say(name="peers.most", subject=subject, **told)
    return found


def in_turns(peer: str, found: Most, mode: Mode) -> None:
    """A peer at its own most, and Whistle at the same, one after the other."""
    load = Load(found.devices, PERIOD_MS)
    theirs: list[Measured] = []
    ours: list[Measured] = []
    for _ in range(mode.rounds):
        for name, runs in ((peer, theirs), ("whistle", ours)):
            runs.append(run(name, load, mode.round_s))
            say(name="peers.run", **runs[-1].told())
    goals = GOALS[peer]
    for name, key, field in (
        ("peers.cpu_us_a_value", "cpu", "us_a_value"),
        ("peers.read_to_mqtt_p99_ms", "p99", "p99_ms"),
        ("peers.first_value_s", "first", "first_s"),
        ("peers.memory_mb", "memory", "memory_mb"),
    ):
        own, other = _median(ours, field), _median(theirs, field)
        ratio = own / other if own is not None and other else None
        say(
            name=name,
            value=own,
            reference=peer,
            reference_value=other,
            at_values_s=load.values_s,
            ratio=ratio,
            goal=goals.get(key),
        )


def _median(runs: Sequence[Measured], field: str) -> float | None:
    values = [value for each in runs if (value := getattr(each, field)) is not None]
    return median(values) if values else None


def main() -> None:
    """Print one JSON object for each thing measured: `python -m tests.bench.bench_peers [long]`.

    First the most that each keeps up with; then, at each peer's own most, it and Whistle in turns.
    """
    missing = [path for path in (THINGSBOARD, NODE_RED) if not path.exists()]
    if missing:
        sys.stderr.write(
            "没有安装对照的网关，跳过 / the peers are not installed, skipped: "
            "python -m tests.bench.peers.install\n"
        )
        return
    if not can_measure():
        return
    mode = LONG if "long" in sys.argv[1:] else SHORT
    found = {subject: most(subject, mode) for subject in FIRST}
    for peer in PEERS:
        in_turns(peer, found[peer], mode)
    for peer in PEERS:
        say(
            name="peers.most_values_s",
            value=found["whistle"].values_s,
            reference=peer,
            reference_value=found[peer].values_s,
            ratio=found["whistle"].values_s / found[peer].values_s,
            goal=GOALS[peer]["most"],
        )


if __name__ == "__main__":
    main()
