"""What devices were commanded to do: how soon after a frame, and how often by the platform."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from simulators.demo.scenario import Step
from simulators.gate import FaceGates
from simulators.simulator import Simulator, Told

OPEN: Final = "OpenDoor"

LATEST: Final = timedelta(seconds=5)
"""What comes later is an answer to something else, such as the same command given again."""


@dataclass(slots=True)
class Reactions:
    """The frames that something had to follow from, each with the devices that it had to reach."""

    awaited: list[tuple[Told, str]] = field(default_factory=list)

    def expect(self, told: Told, devices: tuple[str, ...]) -> None:
        """A device has told this; these have to be commanded."""
        self.awaited += [(told, device) for device in devices]

    def measured(self, simulators: Mapping[str, Simulator]) -> tuple[list[float], list[str]]:
        """Return the milliseconds of those that came, and a line for each that did not."""
        found: list[float] = []
        missing: list[str] = []
        for told, device in self.awaited:
            late = _reaction(told, device, simulators.get(device))
            if late is None:
                missing.append(f"reaction of {device} to {told.origin}")
            else:
                found.append(late.total_seconds() * 1000)
        return found, missing


def not_opened_once(steps: Iterable[Step], simulators: Mapping[str, Simulator]) -> list[str]:
    """A line for each gate that was not told to open as often as the story has it."""
    wanted = Counter(step.opens for step in steps if step.opens)
    return [
        f"{gate} was told to open {times} times, not {wanted[gate]}"
        for gate in wanted
        if (times := _times(OPEN, gate, simulators.get(gate))) != wanted[gate]
    ]


def _times(operator: str, device: str, simulator: Simulator | None) -> int:
    obeyed = simulator.obeyed if isinstance(simulator, FaceGates) else ()
    return sum((each.device, each.operator) == (device, operator) for each in obeyed)


def _reaction(told: Told, device: str, simulator: Simulator | None) -> timedelta | None:
    """From the first sending of the frame to the first command that the device got then."""
    if told.sent is None or not isinstance(simulator, FaceGates):
        return None
    waits = [
        each.at - told.sent
        for each in simulator.obeyed
        if each.device == device and each.at >= told.sent
    ]
    return waits[0] if waits and waits[0] < LATEST else None
