"""Commands and the disk: taken before the device is told, never done twice after a restart."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.commands.ledger import KEPT_FOR, MOST, SAFE_AFTER, Ledger
from edge.model import CommandResult
from tests.fakes import time as virtual
from tests.fakes.commands import Desk, Disk, order, played
from tests.fakes.time import EPOCH


def test_taken_is_on_disk_before_the_device_is_told() -> None:
    """For persons and the platform; a rule does not wait for the disk."""

    async def story(desk: Desk, disk: Disk) -> None:
        disk.slow = 0.5
        await desk.run(order("a"), order("r", issuer="rule"))
        await asyncio.sleep(1)
        assert disk.log == [
            "told r",
            "keep command:technician/a",
            "told a",
            "keep command:technician/a",
        ]

    played(story)


def test_a_full_disk_refuses_persons_but_no_rule() -> None:
    """What could come twice is not done; what a rule wants in a fire is done all the same."""

    async def story(desk: Desk, disk: Disk) -> None:
        disk.works = False
        person, rule = await desk.run(order("a"), order("r", issuer="rule"))
        assert person.outcome == "rejected"
        assert person.detail.startswith("cannot_keep: ")
        assert rule.outcome == "done"
        assert [each.id for each in desk.way.told] == ["r"]
        disk.write()
        assert await Desk(disk).run(order("a")) == [person]

    played(story)


def test_a_command_that_was_under_way_at_a_crash_is_never_done_again() -> None:
    """It is answered for at the next start, once, and a copy of it gets that answer."""

    async def story(desk: Desk, disk: Disk) -> None:
        desk.way.takes = 9
        running = asyncio.create_task(desk.commands.run(order()), name="running")
        await asyncio.sleep(1)
        assert [each.id for each in desk.way.told] == ["c1"]
        after = Desk(disk)
        [early] = await after.run(order())
        await after.commands.resume()
        assert after.told == [early]
        assert (early.outcome, early.issued_by) == ("failed", "somebody")
        assert early.detail == (
            "interrupted: unknown: the gateway restarted while it was under way"
        )
        await asyncio.sleep(0.1)
        third = Desk(disk)
        await third.commands.resume()
        assert third.told == []
        assert await third.run(order()) == [early]
        assert after.way.told == third.way.told == []
        running.cancel()

    played(story)


def test_results_survive_a_restart() -> None:
    """A copy that arrives after a restart gets the same answer; the device hears nothing."""

    async def story(desk: Desk, disk: Disk) -> None:
        first = await desk.run(order())
        await asyncio.sleep(0.1)
        after = Desk(disk)
        assert await after.run(order()) == first
        assert after.way.told == []
        assert after.told == []

    played(story)


def test_a_caller_that_goes_away_leaves_no_second_chance() -> None:
    """A command whose caller was cancelled in the middle is not carried out again."""

    async def story(desk: Desk, _: Disk) -> None:
        desk.way.takes = 5
        running = asyncio.create_task(desk.commands.run(order()), name="running")
        await asyncio.sleep(1)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        [again] = await desk.run(order())
        assert again.detail.startswith("interrupted: ")
        assert len(desk.way.told) == 1

    played(story)


def test_a_rule_may_try_again_what_did_not_get_through() -> None:
    """The same id: done and refused are final, a link that was down is not."""

    async def story(desk: Desk, _: Disk) -> None:
        release = order("r", action="release", issuer="rule", lives=99)
        desk.way.fault = ConnectionError("cut")
        assert [each.outcome for each in await desk.run(release)] == ["failed"]
        desk.way.fault = None
        assert [each.outcome for each in await desk.run(release)] == ["done"]
        assert [each.outcome for each in await desk.run(release)] == ["done"]
        assert len(desk.way.told) == 2

    played(story)


def test_nobody_uses_up_the_id_of_a_rule() -> None:
    """A platform that takes the id of a release first does not keep the gate shut."""

    async def story(desk: Desk, _: Disk) -> None:
        taken, released = await desk.run(
            order(".fire/b3", action="reboot"),
            order(".fire/b3", action="release", issuer="rule"),
        )
        assert (taken.outcome, released.outcome) == ("done", "done")

    played(story)


def test_the_ledger_is_bounded_and_forgets_only_what_is_safe() -> None:
    """With 10,000 fresh ids a room takes no more; old ones make room, in memory and on disk."""
    book = Ledger()
    for number in range(MOST):
        assert book.has_room("a", EPOCH)
        command = order(str(number))
        book.take("a", command, EPOCH)
        book.end("a", _ended(command.id))
    assert not book.has_room("a", EPOCH)
    assert book.has_room("b", EPOCH)
    later = EPOCH + SAFE_AFTER + timedelta(seconds=11)
    assert book.has_room("a", later)
    states = book.take("a", order("new"), later)
    assert states["command:a/0"] is None
    assert book.get("a", "0") is None
    assert book.get("a", "1") is not None
    assert book.get("b", "1") is None
    much_later = later + KEPT_FOR + timedelta(seconds=1)
    states = book.take("b", order("last"), much_later)
    assert sum(body is None for body in states.values()) == MOST - 1


def test_what_has_no_outcome_is_never_forgotten() -> None:
    """However old: it has yet to be answered for."""
    book = Ledger()
    book.take("a", order("open"), EPOCH)
    book.take("a", order("new"), EPOCH + 2 * KEPT_FOR)
    assert book.get("a", "open") is not None


def test_states_of_another_version_are_left_out() -> None:
    """A body that cannot be read is no reason not to start."""
    book = Ledger()
    spoilt = b'{"content": "\xff"}'
    book.restore({"command:a": b"{}", "command:b": b"\xff", "command:c": spoilt, "rule:x": b"1"})
    assert book.interrupted(EPOCH) == []


def _ended(command: str) -> CommandResult:
    return CommandResult(command=command, device="d", action="open", outcome="done", at=EPOCH)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["run", "again", "crash", "disk fails", "disk works"]),
    ),
    max_size=20,
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_nothing_is_done_twice(steps: list[tuple[str, str]]) -> None:
    """Whatever comes in whatever order, with crashes and full disks between: once at most."""

    async def main() -> None:
        disk = Disk()
        desk = Desk(disk)
        done: list[str] = []
        running: list[asyncio.Task[CommandResult]] = []
        for number, what in steps:
            match what:
                case "crash":
                    done += [each.id for each in desk.way.told]
                    for task in running:
                        task.cancel()
                    disk = Disk(states=dict(disk.kept), works=disk.works)
                    desk = Desk(disk)
                    await desk.commands.resume()
                case "disk fails":
                    disk.works = False
                case "disk works":
                    disk.works = True
                    disk.write()
                case "again":
                    running.append(_started(desk, number))
                case _:
                    await desk.run(order(number, lives=9999))
            await asyncio.sleep(0.3)
        done += [each.id for each in desk.way.told]
        assert len(done) == len(set(done))
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    virtual.run(main())


def _started(desk: Desk, number: str) -> asyncio.Task[CommandResult]:
    return asyncio.create_task(desk.commands.run(order(number, lives=9999)), name=number)
