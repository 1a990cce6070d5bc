"""A person at the platform: takes the right issue, waits for it, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from cloud_bridge.contract.examples import AT, RAISED
from edge.model import AlarmCleared
from simulators.platform import views
from simulators.platform.desk import Desk
from simulators.platform.instants import micros
from simulators.platform.intake import judge
from simulators.platform.person import PATIENCE_SECONDS, Person
from tests.fakes import time
from tests.fakes.platform_events import Voice

KEY = RAISED.alarm
Story = Callable[[Person, Desk], Awaitable[None]]


def play(tmp_path: Path, story: Story) -> tuple[int, list[tuple[str, str]]]:
    """Tell a story; return how often a step was told of, and the issues' states and hands."""
    steps: list[None] = []

    async def main() -> list[tuple[str, str]]:
        desk = Desk(tmp_path / "platform.db", lambda: AT)
        await desk.open()
        try:
            await story(Person(desk, lambda: steps.append(None)), desk)
            shown = await desk.ask(lambda db: views.view(db, micros(AT)))
        finally:
            await desk.close()
        return [(issue.state, issue.by) for issue in shown.issues]

    issues = time.run(main())
    return len(steps), issues


async def store(desk: Desk, *bodies: bytes) -> None:
    """Let the platform hear something."""
    await desk.keep([judge(body, None) for body in bodies])


def test_the_newest_issue_of_the_alarm_is_taken(tmp_path: Path) -> None:
    """An earlier occurrence of the same alarm is left alone."""

    async def story(person: Person, desk: Desk) -> None:
        voice, later = Voice(), AT + timedelta(minutes=5)
        await store(desk, *voice.say(RAISED), *voice.say(AlarmCleared(alarm=KEY, at=AT)))
        await store(desk, *voice.say(replace(RAISED, at=later)))
        await person.act("accept", {"alarm": KEY, "by": "Li"})

    steps, issues = play(tmp_path, story)
    assert steps == 1
    assert sorted(issues) == [("accepted", "Li"), ("new", "")]


def test_an_issue_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    """The way may be cut: the step is taken as soon as it may follow."""

    async def story(person: Person, desk: Desk) -> None:
        resolving = asyncio.create_task(person.act("resolve", {"alarm": KEY}), name="resolve")
        await asyncio.sleep(20)
        await store(desk, *Voice().say(RAISED))
        await asyncio.sleep(5)
        assert not resolving.done(), "nobody has accepted it"
        await person.act("accept", {"alarm": KEY})
        await resolving

    assert play(tmp_path, story) == (2, [("resolved", "值班员")])


def test_an_issue_that_never_comes_is_given_up(tmp_path: Path) -> None:
    """A story goes on, and its end says what is missing."""

    async def story(person: Person, _: Desk) -> None:
        began = asyncio.get_running_loop().time()
        await person.act("accept", {"alarm": "lift-9/entrapment"})
        assert asyncio.get_running_loop().time() - began == pytest.approx(PATIENCE_SECONDS)

    assert play(tmp_path, story) == (0, [])


def test_a_wrong_verb_is_named(tmp_path: Path) -> None:
    """A mistake in a scenario is told in words."""

    async def story(person: Person, _: Desk) -> None:
        with pytest.raises(ValueError, match="nobody at the platform knows how to dance"):
            await person.act("dance", {})

    assert play(tmp_path, story) == (0, [])
