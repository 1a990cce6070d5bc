"""A way down in virtual time: one gate, a journal on a disk that may refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from edge.commands import Commands, Position, RemoteSwitch
from edge.driver import Now, Report
from edge.model import (
    Action,
    Command,
    CommandResult,
    Device,
    Effect,
    Issuer,
    Kept,
    Location,
    Observation,
    Reading,
    Text,
    Value,
)
from edge.rules.interlock import Grant
from edge.state import State
from tests.fakes import time as virtual
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH

WORDS = Text("词", "words")
DOOR = "gate-1/door_open"
EFFECTS: Mapping[str, Effect] = {
    "open": "opens",
    "release": "releases",
    "lock": "locks",
    "read": "reads",
    "reboot": "other",
}


def gate(name: str = "gate-1", *, seen: bool = True) -> Device:
    """A gate; with `seen` its contact shows whether it has opened."""
    shown = Observation(point=f"{name}/door_open", equals=True, within_s=5)
    return Device(
        id=name,
        kind="gate",
        name=WORDS,
        link="gates",
        profile="p",
        make="m",
        model="m",
        location=Location(building="b3"),
        points={},
        actions={
            action: Action(
                text=WORDS,
                effect=effect,
                observe=shown if seen and action in {"open", "release"} else None,
            )
            for action, effect in EFFECTS.items()
        },
    )


def order(  # noqa: PLR0913 - every field that a test may want otherwise
    number: str = "c1",
    *,
    device: str = "gate-1",
    action: str = "open",
    lives: float = 10,
    issuer: Issuer = "technician",
    args: Mapping[str, Value] | None = None,
) -> Command:
    """A command; it expires `lives` seconds after the epoch."""
    expires = EPOCH + timedelta(seconds=lives)
    return Command(
        id=number,
        device=device,
        action=action,
        issued_by="somebody",
        issuer=issuer,
        expires_at=expires,
        args=args or {},
    )


@dataclass
class Disk:
    """A journal: what is on it stays; `works` false keeps everything waiting."""

    states: dict[str, bytes | None] = field(default_factory=dict)
    works: bool = True
    slow: float = 0.0
    log: list[str] = field(default_factory=list)
    _waiting: list[tuple[Mapping[str, bytes | None], Sequence[Callable[[], None]]]] = field(
        default_factory=list
    )

    async def keep(
        self,
        events: Sequence[Kept],
        states: Mapping[str, bytes | None],
        then: Sequence[Callable[[], None]],
    ) -> None:
        """Write, in order, if the disk works."""
        del events
        self._waiting.append((states, then))
        if self.works:
            asyncio.get_running_loop().call_later(self.slow, self.write)

    def write(self) -> None:
        """Write all that waits."""
        for states, then in self._waiting:
            self.states |= states
            self.log += [f"keep {key}" for key in states]
            for each in then:
                each()
        self._waiting.clear()

    @property
    def kept(self) -> dict[str, bytes]:
        """What a gateway that starts now finds."""
        return {key: body for key, body in self.states.items() if body is not None}


@dataclass
class FakeWay:
    """What leads to the gate: takes its time, may fail; counts what the door did."""

    disk: Disk
    state: State
    takes: float = 1.0
    fault: Exception | None = None
    opens: bool = True
    said: str | None = None
    told: list[Command] = field(default_factory=list)
    busy: int = 0
    most_at_once: int = 0

    async def execute(self, command: Command) -> str | None:
        """Open after a while, or not."""
        self.told.append(command)
        self.disk.log.append(f"told {command.id}")
        self.busy += 1
        self.most_at_once = max(self.most_at_once, self.busy)
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.busy -= 1
        if self.fault is not None:
            raise self.fault
        if self.opens:
            self.state.follow(Reading(point=DOOR, value=True, at=virtual.now()))
        return self.said


class Desk:
    """Commands over a disk; a second desk over the same disk is the gateway after a restart."""

    def __init__(self, disk: Disk, *, remote: Position = "on", now: Now = virtual.now) -> None:
        self.disk = disk
        self.state = State()
        self.way = FakeWay(disk, self.state)
        self.told: list[CommandResult] = []
        self.fires: set[str] = set()
        self.switch = RemoteSwitch(remote)
        site = bare_site(
            devices={"gate-1": gate(), "gate-2": gate("gate-2", seen=False)},
        )
        self.commands = Commands(
            site,
            {"gate-1": self.way, "gate-2": self.way},
            state=self.state,
            journal=disk,
            take=self.take,
            now=now,
            fires=lambda: frozenset(self.fires),
            switch=self.switch,
        )
        self.commands.restore(disk.kept)

    async def take(self, report: Report) -> None:
        """What the pipeline does: the events and their states are kept together."""
        for record in report.records:
            if isinstance(record, CommandResult):
                self.told.append(record)
        await self.disk.keep((), report.states, ())

    async def run(self, *orders: Command, grant: Grant | None = None) -> list[CommandResult]:
        """Run commands at the same time."""
        return await asyncio.gather(*(self.commands.run(each, grant) for each in orders))


def played(story: Callable[[Desk, Disk], Coroutine[Any, Any, None]]) -> None:
    """Run a story in virtual time."""

    async def main() -> None:
        disk = Disk()
        await story(Desk(disk), disk)

    virtual.run(main())
