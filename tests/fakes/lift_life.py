"""A simulated lift in front of the rule that follows its car."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from edge.config.lifts import lift_of
from edge.model import Reading, Value
from edge.profiles import Profiles
from edge.rules.entrapment import BUILT_IN, EntrapmentSection
from edge.rules.rule import Rule
from tests.fakes.rule_life import RuleLife, device, reading
from tests.fakes.site import bare_site

PROFILES: Final = Profiles()

CALM: Final[dict[str, dict[str, Value]]] = {
    "sensor_box": {
        "fault_code": 0,
        "car_status": 0,
        "door_zone": 1,
        "door_status": 2,
        "passenger": 2,
        "service_mode": 1,
        "speed": 0.0,
    },
    "ba_box": {
        "trapped": False,
        "speed": 0,
        "stopped_outside_door_zone": False,
        "stopped_outside_unlocking_zone": False,
        "stopped_off_level": False,
        "door_open_fault": False,
    },
    "techno_board": {
        "running": False,
        "door_open": True,
        "maintenance": False,
        "fireman_operation": False,
        "manual": False,
    },
}
"""A lift that stands at a landing, empty, its door open as far as it can tell."""

CALM["sensor_box_cic"] = CALM["sensor_box"]

BETWEEN: Final[dict[str, Value]] = {"door_zone": 2, "door_status": 1, "passenger": 1}
"""It stands between two floors with somebody inside."""


class LiftLife(RuleLife):
    """One lift, read every second."""

    def __init__(self, box: str = "sensor_box", **options: Any) -> None:
        profile = PROFILES.get(f"lifts/{box}")
        self.values: dict[str, Value] = dict(CALM[box])
        self.silent = False
        self.every = 1
        assert profile.lift
        id_, lift = device("lift-1", kind="lift")
        followed = lift_of(lift, profile.lift, profile.alarms.get("entrapment"))
        assert followed
        site = replace(bare_site(devices={id_: lift}), lifts={id_: followed})

        def make() -> Iterator[Rule[Any]]:
            return iter(BUILT_IN.build(site, EntrapmentSection(**options)))

        super().__init__(make)
        self.now = 0

    def poll(self, seconds: int, /, **values: Value) -> LiftLife:
        """Go on for so long, with these values from now on; read in the first second."""
        self.values |= values
        for second in range(seconds):
            if not self.silent and second % self.every == 0:
                self.tell(self.now, *self.read())
            self.wait(self.now)
            self.now += 1
        return self

    def read(self) -> list[Reading]:
        """All points, as one poll brings them."""
        return [reading(f"lift-1/{name}", value, self.now) for name, value in self.values.items()]

    def restart(self, gone: int = 2) -> LiftLife:
        """The gateway is killed and comes back after so many seconds."""
        self.now += gone
        self.killed(self.now)
        return self

    @property
    def times(self) -> list[tuple[float, str]]:
        """When which alarm began (`+`) or ended (`-`)."""
        signs = {"raised": "+", "cleared": "-"}
        return [(s, signs[what] + key.partition("/")[2]) for s, what, key in self.story]
