"""The states and stimuli of docs/alarms.md: how to get there, how to do it, what it is then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from edge.alarms import Told
from edge.model import AlarmRaised, AlarmUpdated, Lane, Suppression
from tests.fakes.alarm_life import KEY, LATE, RESPOND, SOON, AlarmLife, alarm_event, name_of

MARKS: Mapping[Suppression, str] = {
    "shelved": "shelved",
    "test": "test",
    "maintenance": "maintenance",
    "out_of_service": "out",
}
"""Why an alarm calls nobody, as the states of the table are called."""

ROWS: Mapping[str, tuple[str, ...]] = {
    "normal": (),
    "unack": ("raise",),
    "ack": ("raise", "acknowledge"),
    "ack-closed": ("raise", "resolved"),
    "rtn": ("raise", "clear"),
    "issue-open": ("raise", "clear", "acknowledge"),
    "latched-unack": ("raise", "clear"),
    "latched-ack": ("raise", "clear", "acknowledge"),
    "normal/shelved": ("shelve",),
    "unack/shelved": ("shelve", "raise"),
    "normal/test": ("test begins",),
    "unack/test": ("test begins", "raise"),
    "normal/out": ("out of service",),
    "unack/out": ("out of service", "raise"),
}
"""How an alarm comes to stand like that."""

TABLES: Mapping[str, tuple[str, ...]] = {
    "ordinary": tuple(row for row in ROWS if not row.startswith("latched")),
    "latching": ("unack", "ack", "latched-unack", "latched-ack"),
    "life_safety": ("normal", "unack", "normal/test", "unack/test", "normal/out", "unack/out"),
}
"""The tables of the document, with the states that they speak about."""


class Case:
    """One cell of a table: an alarm in a state, to which something will happen."""

    def __init__(self, table: str, row: str, stimulus: str) -> None:
        self.life = AlarmLife()
        self.stimulus = stimulus
        self.why = "out_of_service" if row.endswith("/out") else "test"
        self.sides: dict[str, Any] = {
            "latch": table == "latching",
            "lane": Lane.LIFE_SAFETY if table == "life_safety" else Lane.FAULT,
            "realarm": SOON if stimulus == "realarm due" else None,
        }
        self.number = 1
        for step in ROWS[row]:
            told = STIMULI[step](self)
            self.number = next((a.alarm.number for a in told if a.alarm), self.number)

    def lasts(self, ends_by: str) -> timedelta:
        """How long something lasts: it runs out where that is what is to happen."""
        return SOON if self.stimulus == ends_by else LATE

    def raised(self) -> list[Told]:
        """The alarm of this case is raised."""
        return self.life.raised(**self.sides)

    def window(self, why: str) -> list[Told]:
        """A suppression of that kind begins."""
        return self.life.window(why, self.lasts("window runs out"))

    def wait(self, lasts: timedelta) -> list[Told]:
        """So much time passes."""
        return self.life.wait(self.life.now + lasts)

    def happens(self) -> str:
        """Let it happen; return the next state and what was told, as a cell of the table."""
        issues = {a.number: a.issue.turn for a in self.life.of() if a.issue}
        told = []
        for each in STIMULI[self.stimulus](self):
            alarm, calls = each.alarm, False
            if alarm and alarm.issue and isinstance(each.event, AlarmRaised | AlarmUpdated):
                calls = issues.get(alarm.number, 0) < alarm.issue.turn
                issues[alarm.number] = alarm.issue.turn
            told.append(f"{name_of(each)}+issue" if calls else name_of(each))
        return ": ".join(filter(None, (self.state(), ", ".join(told))))

    def state(self) -> str:
        """How the alarm stands, in the words of the table."""
        life = self.life
        active = life.alarms.active.get(KEY)
        suppressions = life.alarms.suppressions
        if active:
            seen = "ack" if active.acknowledged else "unack"
            seen = "ack-closed" if seen == "ack" and active.issue and active.issue.ended else seen
            base, why = f"latched-{seen}" if active.latched else seen, active.suppressed
        else:
            event = alarm_event(**self.sides)
            why = suppressions.of(event, life.site.location_of(event))
            base = "rtn" if any(not a.acknowledged for a in life.of()) else "normal"
            base = "issue-open" if base == "normal" and life.of() else base
        return "/".join((base, *(MARKS[each] for each in why if each in MARKS)))


STIMULI: Mapping[str, Callable[[Case], list[Told]]] = {
    "raise": lambda case: case.raised(),
    "clear": lambda case: case.life.cleared(),
    "acknowledge": lambda case: case.life.acknowledged(),
    "reset": lambda case: case.life.reset(),
    "realarm due": lambda case: case.wait(SOON),
    "escalation due": lambda case: case.wait(RESPOND),
    "shelve": lambda case: case.life.shelved(lasts=case.lasts("shelf runs out")),
    "unshelve": lambda case: case.life.unshelved(),
    "shelf runs out": lambda case: case.wait(SOON),
    "test begins": lambda case: case.window("test"),
    "maintenance begins": lambda case: case.window("maintenance"),
    "out of service": lambda case: case.window("out_of_service"),
    "window ends": lambda case: case.life.window_ends(case.why),
    "window runs out": lambda case: case.wait(SOON),
    "accepted": lambda case: case.life.answered("accepted", case.number),
    "resolved": lambda case: case.life.answered("resolved", case.number),
    "rejected": lambda case: case.life.answered("rejected", case.number),
}
"""Everything that can happen to an alarm."""
