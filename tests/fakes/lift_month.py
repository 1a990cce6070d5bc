"""A gateway that lives through a simulated month of lift faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from edge.model import AlarmCleared, AlarmRaised, Cause, Command, Event, Lane, Suppression, Text
from edge.rules.engine import Engine
from edge.rules.maintenance import NOT_ITS_FAULT, MaintenanceRule
from simulators.lift_history import LIFTS, LiftFault

ZONE = ZoneInfo("Asia/Shanghai")
BEGINS = datetime(2026, 3, 2, tzinfo=ZONE)
RULE = MaintenanceRule(
    lifts={f"lift-{n}": Text(f"{n}号电梯", f"Lift {n}") for n in range(1, LIFTS + 1)},
    links={"bus": tuple(f"lift-{n}" for n in range(1, LIFTS + 1))},
    zone=ZONE,
    learn_days=14,
    ignored=NOT_ITS_FAULT,
)


def raised(fault: LiftFault, suppressed: tuple[Suppression, ...] = ()) -> AlarmRaised:
    """The alarm that a lift's fault is."""
    category = "lift.power" if fault.code == "power_lost" else f"lift.{fault.code}"
    return AlarmRaised(
        alarm=f"{fault.lift}/{fault.code}",
        device=fault.lift,
        rule=fault.code,
        category=category,
        severity=500,
        lane=Lane.FAULT,
        text=Text(f"故障 {fault.code}", f"Fault {fault.code}"),
        cause=Cause(point=fault.lift, value=True),
        at=fault.at,
        suppressed=suppressed,
    )


@dataclass
class Month:
    """The engine with its disk, and what it has told."""

    engine: Engine = field(default_factory=lambda: Engine([RULE]))
    disk: dict[str, bytes] = field(default_factory=dict)
    told: list[AlarmRaised] = field(default_factory=list)
    ended: list[AlarmCleared] = field(default_factory=list)

    def begin(self, now: datetime = BEGINS) -> Month:
        """Start, or start again with what is on disk."""
        assert self.engine.restore(self.disk) == []
        self._take(self.engine.begin(now.astimezone(UTC)))
        return self

    def wait(self, until: datetime) -> None:
        """Let time pass; nothing is fed but what the engine asks for."""
        while (wake := self.engine.wake_at()) is not None and wake <= until:
            self._take(self.engine.feed(None, wake))

    def feed(self, event: Event) -> None:
        """Let something happen at its instant."""
        self.wait(event.at)
        self._take(self.engine.feed(event, event.at.astimezone(UTC)))

    def live(self, faults: Sequence[LiftFault]) -> Month:
        """Go through faults in order, and to the end of the last one's day."""
        for fault in faults:
            self.feed(raised(fault))
        self.wait(faults[-1].at + timedelta(days=1))
        return self

    def killed(self, back: datetime) -> Month:
        """Nothing but the disk is left; another process begins."""
        self.engine = Engine([RULE])
        return self.begin(back)

    def _take(self, follows: Sequence[Event | Command]) -> None:
        for each in follows:
            if isinstance(each, AlarmRaised):
                self.told.append(each)
            else:
                assert isinstance(each, AlarmCleared), each
                self.ended.append(each)
        self.disk |= self.engine.take_changed()
