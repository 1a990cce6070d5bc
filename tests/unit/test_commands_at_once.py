"""Commands at the same time: one device hears one, and nobody is held up by the many of another."""

from __future__ import annotations

import asyncio

from edge.commands.way import MOST_UNDER_WAY
from edge.rules.interlock import Grant
from tests.fakes.commands import Desk, Disk, order, played

GRANT = Grant(key="platform", kinds=frozenset({"gate"}), actions=frozenset({"open", "lock"}))


def test_a_device_is_told_one_thing_at_a_time() -> None:
    """A second command waits for the first, or expires; another device is not kept waiting."""

    async def story(desk: Desk, _: Disk) -> None:
        desk.way.takes = 3
        results = await desk.run(
            order("a", action="read"),
            order("b", action="read"),
            order("c", action="read", lives=5),
        )
        assert [each.outcome for each in results] == ["done", "done", "expired"]
        assert desk.way.most_at_once == 1
        desk.way.most_at_once = 0
        await desk.run(order("d", lives=99), order("e", device="gate-2", lives=99))
        assert desk.way.most_at_once == 2

    played(story)


def test_a_rule_that_lets_people_out_waits_for_nobody() -> None:
    """A gate that is busy with somebody's command is released at once all the same."""

    async def story(desk: Desk, _: Disk) -> None:
        desk.way.takes = 4
        busy = asyncio.create_task(desk.commands.run(order("a", action="read")), name="busy")
        await asyncio.sleep(1)
        release = order("r", action="release", issuer="rule")
        freed = asyncio.create_task(desk.commands.run(release), name="freed")
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert [each.id for each in desk.way.told] == ["a", "r"]
        assert [each.outcome for each in await asyncio.gather(busy, freed)] == ["done", "done"]

    played(story)


def test_who_stands_before_a_gate_does_not_wait_for_all_from_afar() -> None:
    """A technician waits for the one that is being carried out, not for those behind it."""

    async def story(desk: Desk, _: Disk) -> None:
        afar = [order(str(n), issuer="platform", lives=99) for n in range(5)]
        waiting = asyncio.create_task(desk.run(*afar, grant=GRANT), name="afar")
        await asyncio.sleep(0.5)
        await desk.run(order("here"))
        assert [each.id for each in desk.way.told[:2]] == ["0", "here"]
        assert {each.outcome for each in await waiting} == {"done"}
        assert desk.way.most_at_once == 1

    played(story)


def test_each_who_asks_has_ids_and_room_of_their_own() -> None:
    """A key that sends as much as it can, under the ids of others, holds up nobody else."""

    async def story(desk: Desk, _: Disk) -> None:
        other = Grant(key="tenant", devices=frozenset({"gate-2"}), actions=frozenset({"read"}))
        flood = [
            order(str(n), device="gate-2", action="read", issuer="platform", lives=999)
            for n in range(MOST_UNDER_WAY + 1)
        ]
        flooding = asyncio.create_task(desk.run(*flood, grant=other), name="flood")
        await asyncio.sleep(0.5)
        [here] = await desk.run(order("1"))
        [afar] = await desk.run(order("1", issuer="platform"), grant=GRANT)
        assert (here.outcome, afar.outcome) == ("done", "done")
        assert [each.outcome for each in await flooding].count("rejected") == 1

    played(story)


def test_too_many_at_once_are_refused_but_rules_are_not() -> None:
    """Bounded; a rule's command comes through however many persons ask."""

    async def story(desk: Desk, _: Disk) -> None:
        many = [order(str(n), action="read", lives=999) for n in range(MOST_UNDER_WAY + 1)]
        *results, last, rule = await desk.run(*many, order("r", issuer="rule"))
        assert {each.outcome for each in results} == {"done"}
        assert last.detail.startswith("busy: ")
        assert rule.outcome == "done"

    played(story)
