"""Commands: executed once, bounded by their expiry, answered as an event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from edge.commands import Commands, Outcome
from edge.driver import Now, Report
from edge.errors import CommandRejected, LinkDown
from edge.keeper import Keeper
from edge.model import Command, CommandResult, Event
from tests.fakes import time as virtual
from tests.fakes.time import EPOCH


class Gate:
    """A link and its driver; `fault` is what becomes of the next commands."""

    id = "gates"

    def __init__(self, fault: Exception | None = None, takes: float = 1.0) -> None:
        self.fault = fault
        self.takes = takes
        self.opened = 0

    @asynccontextmanager
    async def open(self, now: Now) -> AsyncIterator[Gate]:
        """Connect."""
        del now
        yield self

    async def reports(self) -> AsyncGenerator[Report, None]:
        """Say nothing."""
        await asyncio.Event().wait()
        yield Report(())

    async def execute(self, command: Command) -> None:
        """Open after a while, or not."""
        del command
        await asyncio.sleep(self.takes)
        if self.fault is not None:
            raise self.fault
        self.opened += 1


def order(number: str = "c1", device: str = "gate-1", lives: float = 10) -> Command:
    """A command to open a gate."""
    expires = EPOCH + timedelta(seconds=lives)
    return Command(id=number, device=device, action="open", issued_by="rule", expires_at=expires)


async def carried_out(
    gate: Gate, *orders: Command, connected: bool = True
) -> list[tuple[Outcome, str]]:
    """Run the commands at the same time; every result is also an event, told once."""
    told: list[Event] = []

    async def tell(event: Event) -> None:
        if isinstance(event, CommandResult):
            told.append(event)

    async def take(_: Report) -> None: ...

    keeper = Keeper(gate, take, tell, virtual.now)
    running = [asyncio.create_task(keeper.run(), name="keeper")] if connected else []
    await asyncio.sleep(0.1)
    commands = Commands({"gate-1": keeper}, tell, virtual.now)
    results = await asyncio.gather(*(commands.run(each) for each in orders))
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    assert sorted({r.command for r in results}) == sorted(
        event.command for event in told if isinstance(event, CommandResult)
    )
    return [(result.outcome, result.detail) for result in results]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (None, ("done", "")),
        (CommandRejected("door is blocked"), ("rejected", "door is blocked")),
        (LinkDown("cut"), ("failed", "link down: cut")),
        (ConnectionResetError("reset"), ("failed", "link down: reset")),
    ],
)
def test_the_outcome_is_what_the_device_says(
    fault: Exception | None, outcome: tuple[Outcome, str]
) -> None:
    """Confirmed, refused, or the link was lost: three different words."""
    assert virtual.run(carried_out(Gate(fault), order())) == [outcome]


def test_the_same_command_is_executed_once() -> None:
    """A second copy, even at the same time, gets the first one's result."""
    gate = Gate()
    assert virtual.run(carried_out(gate, order(), order(), order())) == [("done", "")] * 3
    assert gate.opened == 1


def test_an_expired_command_is_not_executed() -> None:
    """What arrives too late is refused; what takes too long is given up."""
    gate = Gate(takes=30)
    said = virtual.run(carried_out(gate, order("old", lives=0), order("slow", lives=5)))
    assert said == [("expired", "arrived too late"), ("expired", "no answer in time")]
    assert gate.opened == 0


def test_unknown_devices_and_links_that_are_down() -> None:
    """Nothing is queued for a device that cannot be reached."""
    assert virtual.run(carried_out(Gate(), order(device="gate-9"))) == [
        ("rejected", "no such device")
    ]
    [(outcome, _)] = virtual.run(carried_out(Gate(), order(), connected=False))
    assert outcome == "failed"
