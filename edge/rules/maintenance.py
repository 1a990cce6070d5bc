"""A lift that is on its way to a breakdown: its faults become more frequent than is usual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from pydantic import Field

from edge.model import (
    AlarmCleared,
    AlarmRaised,
    Cause,
    DeviceChanged,
    Event,
    Lane,
    LinkChanged,
    Record,
    Text,
)
from edge.rules.explain import Explained, Latest
from edge.rules.fault_rates import FEWEST, Finding, History, findings
from edge.rules.fault_tally import Tally, Warned, counted, lately, rolled
from edge.rules.lift_health import (
    LIMIT,
    QUIET,
    compared,
    health,
    leading,
    reasons,
    usual_in_a_week,
    worst_of,
)
from edge.rules.rule import BuiltIn, Step
from edge.schema import Strict
from edge.site import Site

CATEGORY: Final = "lift.maintenance"

NOT_ITS_FAULT: Final = (
    CATEGORY,
    "lift.inspection",
    "lift.call",
    "lift.fire_mode",
    "lift.earthquake",
    "lift.overload",
    "lift.power",
    "lift.out_of_service",
    "lift.sensor_implausible",
)
"""Categories that tell of use, of the mains, or of what another fault has led to."""

NOT_COUNTED: Final = frozenset({"test", "maintenance", "out_of_service", "flood"})
"""Suppressions under which a fault says nothing of the lift."""


class MaintenanceSection(Strict):
    """When faults that become more frequent are told."""

    enabled: bool = True
    learn_days: Annotated[int, Field(ge=10, le=45)] = Field(
        14, description="Days that are observed before anything is told of a lift."
    )
    except_categories: tuple[str, ...] = Field(
        NOT_ITS_FAULT, description="Categories of alarms that say nothing of the lift's wear."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceState:
    """The local day that is being counted, an ISO date, and each lift."""

    day: str = ""
    lifts: dict[str, Tally] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceRule:
    """Counts the incidents of all lifts of a site, and compares each with its past and the others.

    An incident is an alarm of a category `lift.*` that a suppression for work, test or flood
    does not cover. Judged at each incident of a lift that had some, and at each local midnight;
    the method and what it takes for granted: `fault_rates.findings`. A lift is learnt for
    `learn_days` observed days before anything is told of it, and again after an alarm has ended:
    then somebody has mended it. Days on which the gateway, the link or the lift was silent do not
    count, nor do days on which most of the lifts had faults.

    How often it is wrong and how early it is was measured: see `docs/lift-maintenance.md`.
    """

    lifts: Mapping[str, Text]
    links: Mapping[str, tuple[str, ...]]
    zone: ZoneInfo
    learn_days: int
    ignored: tuple[str, ...]

    @property
    def id(self) -> str:
        """One for the site."""
        return ".maintenance"

    @property
    def points(self) -> tuple[str, ...]:
        """No point matters."""
        return ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Alarms, and who can be heard."""
        own = [f"{lift}/device.{state}" for lift in self.lifts for state in ("online", "offline")]
        return ("alarm.raised", "link.changed", *own)

    @property
    def raises(self) -> tuple[str, ...]:
        """One of each lift."""
        return tuple(f"{lift}/maintenance" for lift in self.lifts)

    def account(
        self, alarm: str, state: MaintenanceState, now: datetime, latest: Latest
    ) -> Explained:
        """Say what is learnt of a lift, how well it is, and its faults against the usual."""
        del latest
        lift, today = alarm.partition("/")[0], now.astimezone(self.zone).date()
        tally = state.lifts.get(lift) or Tally(known=today.isoformat(), learning=self.learn_days)
        histories = compared({**state.lifts, lift: tally}, today)
        found = () if tally.learning else findings(lift, histories)
        return Explained(
            words=Text("电梯故障渐增", "The lift fails more and more often"),
            truth=tally.warned is not None,
            parts=reasons(tally, histories[lift], found, self.learn_days),
        )

    def start(self) -> MaintenanceState:
        """Begin with nothing counted."""
        return MaintenanceState()

    def step(
        self, state: MaintenanceState, record: Record | None, now: datetime
    ) -> Step[MaintenanceState]:
        """Count an incident, note who is silent, judge at midnight."""
        today = now.astimezone(self.zone).date()
        out: tuple[Event, ...] = ()
        if state.day != today.isoformat() or state.lifts.keys() != self.lifts.keys():
            state = self._another_day(state, today)
            state, out = self._judged(state, self.lifts, today - timedelta(days=1), now)
        match record:
            case AlarmRaised(device=lift) if lift in self.lifts and self._counts(record):
                before = state.lifts[lift]
                tally = counted(before, record.rule, record.text, today, now)
                state = _with(state, lift, tally)
                if tally.counts is not before.counts and _may_be_told(tally, today):
                    state, told = self._judged(state, (lift,), today, now)
                    out = (*out, *told)
            case DeviceChanged(device=lift, state="online" | "offline" as word):
                state = _deaf(state, (lift,), word == "offline")
            case LinkChanged(link=link, up=up):
                state = _deaf(state, self.links.get(link, ()), not up)
        midnight = datetime.combine(today + timedelta(days=1), time(), tzinfo=self.zone)
        return Step(state, out, wake=midnight.astimezone(UTC))

    def _counts(self, raised: AlarmRaised) -> bool:
        if not raised.category.startswith("lift.") or raised.lane is Lane.INFO:
            return False
        if NOT_COUNTED.intersection(raised.suppressed):
            return False
        return not any(fnmatchcase(raised.category, each) for each in self.ignored)

    def _another_day(self, state: MaintenanceState, today: date) -> MaintenanceState:
        new = Tally(known=today.isoformat(), learning=self.learn_days)
        closed = date.fromisoformat(state.day) if state.day else today
        lifts = {
            lift: rolled(state.lifts[lift], closed, today) if lift in state.lifts else new
            for lift in self.lifts
        }
        return MaintenanceState(day=today.isoformat(), lifts=lifts)

    def _judged(
        self, state: MaintenanceState, lifts: Iterable[str], through: date, now: datetime
    ) -> tuple[MaintenanceState, tuple[Event, ...]]:
        """Judge lifts by the days up to and with this one."""
        histories = compared(state.lifts, through)
        out: list[Event] = []
        for lift in lifts:
            tally, told = self._judge(lift, state.lifts[lift], histories, now)
            state = _with(state, lift, tally)
            out += told
        return state, tuple(out)

    def _judge(
        self, lift: str, tally: Tally, histories: Mapping[str, History], now: datetime
    ) -> tuple[Tally, tuple[Event, ...]]:
        own = histories[lift]
        learning = max(0, self.learn_days - len(own.days))
        if learning:
            return replace(tally, learning=learning, health=None), ()
        found = findings(lift, histories)
        tally = replace(tally, learning=0, health=health(lift, histories, found))
        if tally.warned:
            return self._over(lift, tally, tally.warned, own, now)
        worst = worst_of(found)
        if worst is None or worst.surprise < LIMIT:
            return tally, ()
        code = worst.code or leading(own, worst.window)
        usual = worst.expected / worst.window
        day = date.fromordinal(own.days[-1]).isoformat()
        warned = Warned(day=day, code=worst.code, usual=usual)
        tally = replace(tally, warned=warned)
        return tally, (self._raised(lift, tally, code, worst, now),)

    def _over(
        self, lift: str, tally: Tally, warned: Warned, own: History, now: datetime
    ) -> tuple[Tally, tuple[Event, ...]]:
        """End the alarm when a week after it was as usual; then learn anew what is usual."""
        since = date.fromisoformat(warned.day).toordinal()
        if len(own.days) <= QUIET or own.days[-QUIET] <= since:
            return tally, ()
        counts = own.counts.get(warned.code, ()) if warned.code else own.total
        if sum(counts[-QUIET:]) > usual_in_a_week(warned.usual):
            return tally, ()
        known = date.fromordinal(own.days[-QUIET]).isoformat()
        learning = max(0, self.learn_days - QUIET)
        tally = replace(tally, known=known, warned=None, health=None, learning=learning)
        return tally, (AlarmCleared(alarm=f"{lift}/maintenance", at=now),)

    def _raised(
        self, lift: str, tally: Tally, code: str, worst: Finding, now: datetime
    ) -> AlarmRaised:
        name, fault = self.lifts[lift], tally.texts.get(code, Text(code, code))
        days, times = worst.window, worst.recent
        usual, others = f"{worst.expected:.1f}", f"{worst.neighbours:.1f}"
        zh = f"{days}天内{times}次，平时{usual}次，其他电梯{others}次"
        en = f"{times} in {days} days, usually {usual}, other lifts {others}"
        if not worst.code:
            zh, en = f"各种故障共{zh}", f"with other faults {en}"
        return AlarmRaised(
            alarm=f"{lift}/maintenance",
            device=lift,
            rule="maintenance",
            category=CATEGORY,
            severity=400,
            lane=Lane.FAULT,
            text=Text(
                f"{name.zh}故障渐增，请尽快检修：{fault.zh}，{zh}",
                f"{name.en} fails more and more often, have it looked at: {fault.en}, {en}",
            ),
            cause=Cause(
                point=lift,
                value=times,
                limit=round(worst.expected, 1),
                about=f"{code}: {en}; health {tally.health}",
            ),
            at=now,
        )


def _may_be_told(tally: Tally, today: date) -> bool:
    """Whether it can make a difference to judge a lift before midnight."""
    return not tally.learning and tally.warned is None and lately(tally, today) >= FEWEST


def _with(state: MaintenanceState, lift: str, tally: Tally) -> MaintenanceState:
    if tally == state.lifts[lift]:
        return state
    return replace(state, lifts={**state.lifts, lift: tally})


def _deaf(state: MaintenanceState, lifts: Iterable[str], deaf: bool) -> MaintenanceState:  # noqa: FBT001 - what is being set
    for lift in lifts:
        state = _with(state, lift, replace(state.lifts[lift], deaf=deaf))
    return state


def _build(site: Site, options: MaintenanceSection) -> Iterable[MaintenanceRule]:
    lifts = {device.id: device for device in site.devices.values() if device.kind == "lift"}
    if not options.enabled or not lifts:
        return ()
    links = {device.link for device in lifts.values()}
    return (
        MaintenanceRule(
            lifts={lift: device.name for lift, device in lifts.items()},
            links={
                link: tuple(lift for lift, device in lifts.items() if device.link == link)
                for link in links
            },
            zone=site.timezone,
            learn_days=options.learn_days,
            ignored=options.except_categories,
        ),
    )


BUILT_IN: Final = BuiltIn("maintenance", MaintenanceSection, _build)
