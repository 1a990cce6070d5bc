"""What a gateway tells its supervisor: how it is, and that it lives only while it does."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from edge.gateway.pulse import PATIENCE_S, Pulse, status_of, write_through
from edge.notify import Supervisor, supervisor
from tests.fakes.time import run

WATCHDOG_S = 30.0

Story = Callable[[Pulse], Awaitable[None]]
Answers = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Systemd(Supervisor):
    """One that ends a service which it has not heard for half a minute, and notes what it hears."""

    address: str = "/run/notify"
    watchdog_s: float | None = WATCHDOG_S
    heard: list[Sequence[str]] = field(default_factory=list)

    def tell(self, *lines: str) -> None:
        """Hear it."""
        self.heard.append(lines)

    def all(self) -> list[Sequence[str]]:
        """Return what was said since this was asked before."""
        heard = list(self.heard)
        self.heard.clear()
        return heard


@pytest.fixture
def systemd() -> Systemd:
    """A new one."""
    return Systemd()


async def at_once() -> None:
    """A journal that has nothing to do."""


async def never() -> None:
    """One that hangs."""
    await asyncio.Event().wait()


def lived(
    who: Supervisor | None, story: Story, answers: Answers = at_once, disk: Answers = at_once
) -> None:
    """Let a pulse beat, in virtual time, as long as the story takes."""

    async def life() -> None:
        pulse = Pulse(who, lambda: "well", answers, disk)
        beating = asyncio.create_task(pulse.run(), name="pulse")
        await story(pulse)
        beating.cancel()

    run(life())


def test_it_is_ready_when_it_says_so_and_not_before(systemd: Systemd) -> None:
    """Who waits for it is told at once, not with the next beat."""

    async def story(pulse: Pulse) -> None:
        await asyncio.sleep(1)
        assert systemd.all() == [("STATUS=well", "WATCHDOG=1")]
        pulse.turn("ready")
        await asyncio.sleep(0.1)
        assert systemd.all() == [("READY=1", "STATUS=well", "WATCHDOG=1")]

    lived(systemd, story)


def test_it_is_heard_three_times_within_the_supervisor_s_patience(
    systemd: Systemd,
) -> None:
    """One beat that is late, or lost, ends no gateway."""

    async def story(_: Pulse) -> None:
        await asyncio.sleep(WATCHDOG_S * 4 - 1)
        assert len(systemd.all()) == 12

    lived(systemd, story)


def test_a_change_of_configuration_and_the_end_are_told(systemd: Systemd) -> None:
    """After it has begun to stop it is nothing else any more."""

    async def story(pulse: Pulse) -> None:
        await asyncio.sleep(0.1)
        systemd.all()
        for phase in ("ready", "reloading", "ready", "stopping", "ready"):
            pulse.turn(phase)
            await asyncio.sleep(0.1)
        words = [message[0] for message in systemd.all()]
        assert words == ["READY=1", "RELOADING=1", "READY=1", "STOPPING=1", "STOPPING=1"]

    lived(systemd, story)


def test_a_journal_that_does_not_answer_lets_the_supervisor_end_it(
    systemd: Systemd,
) -> None:
    """It may take two minutes; after that no sign of life is given, until it answers."""
    writes = asyncio.Event()

    async def story(_: Pulse) -> None:
        await asyncio.sleep(PATIENCE_S)
        assert all("WATCHDOG=1" in message for message in systemd.all())
        await asyncio.sleep(WATCHDOG_S * 2)
        hung = systemd.all()[2:]
        assert hung
        assert not any("WATCHDOG=1" in message for message in hung)
        writes.set()
        await asyncio.sleep(WATCHDOG_S)
        assert "WATCHDOG=1" in systemd.all()[-1]

    async def answers() -> None:
        await writes.wait()

    lived(systemd, story, answers)


def test_a_disk_that_hangs_ends_no_gateway(systemd: Systemd) -> None:
    """A new start would hang as well, and gates have to open in a fire meanwhile."""

    async def story(_: Pulse) -> None:
        await asyncio.sleep(PATIENCE_S * 10)
        assert all("WATCHDOG=1" in message for message in systemd.all())

    lived(systemd, story, never, never)


def test_a_disk_that_refuses_does_answer(tmp_path: Path) -> None:
    """One that is full, or away, is not one that hangs; nothing is left behind."""
    write_through(tmp_path)
    assert list(tmp_path.iterdir()) == []
    write_through(tmp_path / "away")


def test_without_a_supervisor_nothing_beats() -> None:
    """Who starts it by hand hears nothing."""
    asyncio.run(Pulse(None, lambda: "well", at_once, at_once).run())


def test_what_systemd_has_said_is_taken_and_gone() -> None:
    """No process that the gateway starts speaks in its place."""
    environment = {"NOTIFY_SOCKET": "/run/n", "WATCHDOG_USEC": "30000000", "HOME": "/"}
    environment["WATCHDOG_PID"] = str(os.getpid())
    assert supervisor(environment) == Supervisor("/run/n", 30.0)
    assert environment == {"HOME": "/"}
    assert supervisor(environment) is None


@pytest.mark.parametrize(
    ("said", "watchdog_s"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "500000"}, 0.5),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "500000", "WATCHDOG_PID": "1"}, None),
    ],
)
def test_how_long_it_waits_is_as_it_says(said: dict[str, str], watchdog_s: float | None) -> None:
    """A patience that is meant for another process, or is none, is not taken."""
    assert supervisor({"NOTIFY_SOCKET": "@n", **said}) == Supervisor("@n", watchdog_s)


def test_a_gateway_without_a_configuration_says_so() -> None:
    """Who asks systemd reads that the page alone is served."""
    said = status_of(None, wrong=True, enrolled=True)
    assert "站点文件有误" in said.zh
    assert "only the page" in said.en
