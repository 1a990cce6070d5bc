"""A believable lift car: calls, trips, doors, passengers, counters, and what may happen to it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from edge.model import Value

Phase: TypeAlias = Literal["idle", "moving", "opening", "open", "closing"]

FLOOR_HEIGHT: Final = 3.0
RATED_SPEED: Final = 1.75
ACCELERATION: Final = 0.8
DOOR_SECONDS: Final = 2.5
OPEN_SECONDS: Final = 5.0
REST_SECONDS: Final = 20.0
BUTTON_SECONDS: Final = 8.0
KWH_PER_METRE: Final = 0.004
CAPACITY: Final = 13


@dataclass(slots=True, kw_only=True)
class Car:
    """Lives in steps of some tenths of a second; chance decides who wants to go where.

    `height` is in metres above the lowest floor, which is `lowest`.
    """

    lowest: int = 1
    highest: int = 18
    chance: random.Random = field(default_factory=random.Random)
    height: float = 0.0
    speed: float = 0.0
    target: int = 1
    phase: Phase = "idle"
    left: float = 0.0
    passengers: int = 0
    faults: set[str] = field(default_factory=set)
    button_left: float = 0.0
    running_seconds: float = 0.0
    starts: int = 0
    metres: float = 0.0
    door_cycles: int = 0
    carried: int = 0

    @property
    def floor(self) -> int:
        """The nearest floor."""
        return self.lowest + round(self.height / FLOOR_HEIGHT)

    @property
    def at_landing(self) -> bool:
        """Whether the doors may open here."""
        return abs(self.height - (self.floor - self.lowest) * FLOOR_HEIGHT) < 0.1  # noqa: PLR2004 -- metres of a door zone

    @property
    def stuck(self) -> bool:
        """Whether something keeps the car where it is."""
        return bool(self.faults - {"overspeed"})

    def step(self, seconds: float) -> None:
        """Let time pass."""
        self.button_left = max(0.0, self.button_left - seconds)
        if self.stuck:
            self.speed = 0.0
            return
        if self.phase == "moving":
            self._move(seconds)
            return
        self.left -= seconds
        if self.left <= 0:
            self._next_phase()

    def trap(self, floor: int) -> None:
        """Stop between two floors with somebody inside."""
        self.height = (min(max(floor, self.lowest), self.highest) - self.lowest + 0.4) * (
            FLOOR_HEIGHT
        )
        self.passengers = max(1, self.passengers)
        self.phase, self.speed, self.left = "idle", 0.0, REST_SECONDS
        self.faults.add("trapped")

    def release(self) -> None:
        """Bring the car to the landing and let everybody out."""
        self.faults.discard("trapped")
        self.height = (self.floor - self.lowest) * FLOOR_HEIGHT
        self.passengers = 0
        self.phase, self.left = "opening", DOOR_SECONDS

    def _move(self, seconds: float) -> None:
        rest = (self.target - self.lowest) * FLOOR_HEIGHT - self.height
        limit = RATED_SPEED * (1.3 if "overspeed" in self.faults else 1.0)
        braking = (2 * ACCELERATION * abs(rest)) ** 0.5
        self.speed = min(self.speed + ACCELERATION * seconds, limit, max(braking, 0.2))
        way = min(self.speed * seconds, abs(rest))
        self.height += way if rest > 0 else -way
        self.metres += way
        self.running_seconds += seconds
        if abs(rest) - way < 0.01:  # noqa: PLR2004 -- a centimetre is level
            self.height = (self.target - self.lowest) * FLOOR_HEIGHT
            self.speed, self.phase, self.left = 0.0, "opening", DOOR_SECONDS

    def _next_phase(self) -> None:
        if self.phase == "opening":
            self.phase, self.left = "open", OPEN_SECONDS
            self.passengers = self.chance.randint(0, self.passengers)
            entering = self.chance.randint(0, 3)
            entering = min(entering, CAPACITY - self.passengers)
            self.passengers += entering
            self.carried += entering
        elif self.phase == "open":
            self.phase, self.left = "closing", DOOR_SECONDS
        elif self.phase == "closing":
            self.door_cycles += 1
            self.phase = "idle"
            self.left = 0.5 if self.passengers else self.chance.uniform(0, REST_SECONDS)
        else:
            self._depart()

    def _depart(self) -> None:
        self.target = self.chance.randint(self.lowest, self.highest)
        if self.target == self.floor:
            self.phase, self.left = "opening", DOOR_SECONDS
            return
        self.phase = "moving"
        self.starts += 1

    def values(self) -> dict[str, Value]:
        """What can be told of the car, by the names that profiles give it."""
        up = self.phase == "moving" and self.target > self.floor
        down = self.phase == "moving" and not up
        dark = "power_lost" in self.faults
        trapped = "trapped" in self.faults
        return {
            "floor": self.floor,
            "speed": round(self.speed * (1 if up else -1 if down else 0), 2),
            "running": self.phase == "moving" and not self.stuck,
            "up": up,
            "down": down,
            "direction": 1 if up else 2 if down else 0,
            "car_status": int(self.phase == "moving" and not self.stuck),
            "door_open": self.phase == "open",
            "door_closing": self.phase == "closing",
            "door_status": 1 if self.phase in {"idle", "moving"} and not self.faults else 2,
            "door_zone": 1 if self.at_landing else 2,
            "passenger": 1 if self.passengers else 2,
            "service_mode": 0 if dark else 1,
            "event_code": 41 if dark else 0,
            "alarm_code": 90 if self.button_left else 0,
            "trapped": trapped,
            "stopped_outside_door_zone": trapped,
            "door_close_fault": "door_fault" in self.faults,
            "overspeed": "overspeed" in self.faults,
            "power_lost": dark,
            "mains_fault": dark,
            "general_fault": bool(self.faults),
            "fault": bool(self.faults),
            "car_alarm_button": bool(self.button_left),
            "running_hours": int(self.running_seconds / 3600),
            "starts": self.starts,
            "distance": int(self.metres),
            "door_cycles": self.door_cycles,
            "energy": round(self.metres * KWH_PER_METRE, 1),
            "passengers_total": self.carried,
        }
