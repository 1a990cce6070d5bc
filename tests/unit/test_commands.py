"""Commands: permitted, carried out once, bounded by their expiry, observed, answered."""

from __future__ import annotations

import asyncio

import pytest

from edge.commands.carrying import LONGEST_DETAIL
from edge.errors import CommandRejected, LinkDown
from edge.model import CommandResult, Outcome, Quality, Reading
from edge.rules.interlock import Grant
from tests.fakes import time as virtual
from tests.fakes.commands import DOOR, Desk, Disk, order, played

GRANT = Grant(key="platform", kinds=frozenset({"gate"}), actions=frozenset({"open", "lock"}))


def said(results: list[CommandResult]) -> list[tuple[Outcome, str]]:
    """Outcome and detail of each."""
    return [(each.outcome, each.detail) for each in results]


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (None, ("done", "")),
        (CommandRejected("door is blocked"), ("rejected", "device.refused: door is blocked")),
        (LinkDown("cut"), ("failed", "link.down: cut")),
        (ConnectionResetError("reset"), ("failed", "link.down: reset")),
        (KeyError("a bug"), ("failed", "internal.fault: KeyError")),
    ],
)
def test_the_outcome_is_what_the_device_says(
    fault: Exception | None, outcome: tuple[Outcome, str]
) -> None:
    """Confirmed, refused, link lost, a driver's bug: told apart, once, with who asked."""

    async def story(desk: Desk, _: Disk) -> None:
        desk.way.fault = fault
        results = await desk.run(order())
        assert said(results) == [outcome]
        assert desk.told == results
        assert results[0].issued_by == "somebody"

    played(story)


def test_what_the_device_said_is_told() -> None:
    """The detail of a done command is what the device confirmed, no longer than fit to read."""

    async def story(desk: Desk, _: Disk) -> None:
        desk.way.said = "speed=0.0 m/s"
        assert said(await desk.run(order("a", action="read"))) == [("done", "speed=0.0 m/s")]
        desk.way.said = "x" * 5000
        [result] = await desk.run(order("b", action="read"))
        assert len(result.detail) == LONGEST_DETAIL

    played(story)


def test_the_same_command_is_executed_once() -> None:
    """A copy, at the same time or later, gets the first one's result and is no event."""

    async def story(desk: Desk, _: Disk) -> None:
        results = await desk.run(order(), order(), order())
        results += await desk.run(order())
        assert said(results) == [("done", "")] * 4
        assert len(desk.way.told) == len(desk.told) == 1

    played(story)


def test_an_id_belongs_to_one_content() -> None:
    """The same id for another door, action or argument is refused, while under way and after."""

    async def story(desk: Desk, _: Disk) -> None:
        others = [
            order(device="gate-2"),
            order(action="release"),
            order(args={"floor": 3}),
        ]
        first, *at_once = await desk.run(order(), *others)
        later = await desk.run(*others)
        assert first.outcome == "done"
        assert {each.outcome for each in (*at_once, *later)} == {"rejected"}
        assert {each.detail.partition(":")[0] for each in (*at_once, *later)} == {"id.reused"}
        assert len(desk.way.told) == 1
        assert said(await desk.run(order())) == [("done", "")]

    played(story)


def test_an_expired_command_is_not_executed() -> None:
    """What arrives too late is refused; what takes too long is given up."""

    async def story(desk: Desk, _: Disk) -> None:
        desk.way.takes = 30
        results = await desk.run(order("old", lives=0), order("slow", lives=5))
        assert said(results) == [
            ("expired", "expired.late: arrived too late"),
            ("expired", "expired.no_answer: no answer in time"),
        ]
        assert [each.id for each in desk.way.told] == ["slow"]

    played(story)


def test_what_is_forbidden_is_refused_with_its_reason() -> None:
    """Unknown, not granted, interlocked: an event each; the device hears of none."""

    async def story(desk: Desk, _: Disk) -> None:
        desk.fires.add("b3")
        results = await desk.run(
            order("a", device="gate-9"),
            order("b", action="fly"),
            order("c", action="lock"),
        )
        results += await desk.run(
            order("d", action="reboot", issuer="platform"),
            order("e", device="gate-9", issuer="platform"),
            grant=GRANT,
        )
        codes = [each.detail.partition(":")[0] for each in results]
        assert codes == [
            "unknown.device",
            "unknown.action",
            "interlock.fire",
            "key.not_granted",
            "key.not_granted",
        ]
        assert desk.told == results
        assert desk.way.told == []

    played(story)


def test_a_refusal_stays_one() -> None:
    """What was refused in a fire is not done when the fire is over and a copy arrives."""

    async def story(desk: Desk, disk: Disk) -> None:
        desk.fires.add("b3")
        first = await desk.run(order(action="lock"))
        desk.fires.clear()
        assert await desk.run(order(action="lock")) == first
        again = await Desk(disk).run(order(action="lock"))
        assert said(again) == said(first)
        assert desk.way.told == []

    played(story)


def test_a_fire_that_breaks_out_while_a_command_waits() -> None:
    """What may be done is asked again when the command's turn has come."""

    async def story(desk: Desk, _: Disk) -> None:
        desk.way.takes = 3
        running = [
            asyncio.create_task(desk.commands.run(order(str(n), action=action)), name=str(n))
            for n, action in enumerate(("reboot", "lock"))
        ]
        await asyncio.sleep(1)
        desk.fires.add("b3")
        results = await asyncio.gather(*running)
        assert [each.outcome for each in results] == ["done", "rejected"]
        assert [each.action for each in desk.way.told] == ["reboot"]

    played(story)


def test_remote_commands_can_be_switched_off_on_site() -> None:
    """Off: the platform is refused, also after a restart; a technician is not; on again: done."""

    async def story(desk: Desk, disk: Disk) -> None:
        await desk.commands.switch_remote("off")
        await asyncio.sleep(0.1)
        later = Desk(disk)
        refused, done = await later.run(order("a", issuer="platform"), order("b"), grant=GRANT)
        assert refused.detail.startswith("remote.off: ")
        assert done.outcome == "done"
        await later.commands.switch_remote("on")
        [result] = await later.run(order("c", issuer="platform", lives=99), grant=GRANT)
        assert result.outcome == "done"

    played(story)


def test_a_site_that_allows_no_remote_commands_cannot_be_switched_on() -> None:
    """The switch on site is for what the site file allows."""

    async def story(_: Desk, disk: Disk) -> None:
        desk = Desk(disk, remote="off")
        await desk.commands.switch_remote("on")
        [result] = await desk.run(order(issuer="platform"), grant=GRANT)
        assert result.detail.startswith("remote.off: ")

    played(story)


def test_whether_it_happened_is_seen() -> None:
    """Yes as soon as the contact says so, no after its time; nothing where nothing can be seen."""

    async def story(desk: Desk, _: Disk) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        [opened] = await desk.run(order("a"))
        assert (opened.observed, loop.time() - begun) == ("yes", 1.0)
        shut = Reading(point=DOOR, value=False, at=virtual.now())
        desk.state.follow(shut)
        desk.way.opens = False
        begun = loop.time()
        [stuck] = await desk.run(order("b"))
        assert (stuck.outcome, stuck.observed, loop.time() - begun) == ("done", "no", 6.0)
        [blind] = await desk.run(order("c", device="gate-2"))
        assert (blind.outcome, blind.observed) == ("done", "")

    played(story)


def test_a_short_opening_is_seen_although_the_answer_is_late() -> None:
    """The door opened and shut before the gate answered, or the answer was lost: seen."""

    async def story(desk: Desk, _: Disk) -> None:
        async def swing() -> None:
            await asyncio.sleep(0.2)
            desk.state.follow(Reading(point=DOOR, value=True, at=virtual.now()))
            desk.state.follow(Reading(point=DOOR, value=False, at=virtual.now()))

        desk.way.opens = False
        results, _none = await asyncio.gather(desk.run(order("a")), swing())
        assert [each.observed for each in results] == ["yes"]
        desk.way.fault = LinkDown("no answer")
        results, _none = await asyncio.gather(desk.run(order("b")), swing())
        assert [(each.outcome, each.observed) for each in results] == [("failed", "yes")]
        assert [each.observed for each in await desk.run(order("c"))] == [""]

    played(story)


def test_a_bad_reading_shows_nothing() -> None:
    """Bad quality, and the number 1, are no door that is seen to be open."""

    async def story(desk: Desk, _: Disk) -> None:
        desk.way.opens = False
        bad = Reading(point=DOOR, value=True, at=virtual.now(), quality=Quality.BAD)
        for number, reading in enumerate((bad, Reading(point=DOOR, value=1, at=virtual.now()))):
            desk.state.follow(reading)
            assert [each.observed for each in await desk.run(order(str(number), lives=99))] == [
                "no"
            ]

    played(story)
