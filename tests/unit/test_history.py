"""History: what is kept of readings, what of it waits, and what is answered."""

from __future__ import annotations

import asyncio
import math
from datetime import datetime
from pathlib import Path

import pytest

from edge.history import History
from edge.history import noted as module
from edge.history.noted import REPEATED
from edge.model import Quality, Reading
from tests.fakes.history import at, live, read

DAY = 86_400.0
REPEATED_S = REPEATED.total_seconds()


async def all_of(history: History, *points: str) -> list[Reading]:
    """Everything that is kept of some points."""
    return [*await history.readings(points, at(-DAY), at(DAY), 10_000)]


def test_changes_are_kept_and_a_repetition_now_and_then(tmp_path: Path) -> None:
    """Of a value that stays the same one reading a quarter of an hour, of others each change."""

    async def story(history: History) -> list[Reading]:
        for second in range(2 * int(REPEATED_S) + 1):
            history.add(read(second, 1.5))
        history.add(read(3000, 2.5))
        history.add(read(3001, 2.5, quality=Quality.UNCERTAIN))
        history.add(read(3002, None, quality=Quality.BAD))
        history.add(read(3003, None, quality=Quality.BAD))
        return await all_of(history, "p/x")

    assert live(tmp_path, story) == [
        read(0, 1.5),
        read(REPEATED_S, 1.5),
        read(2 * REPEATED_S, 1.5),
        read(3000, 2.5),
        read(3001, 2.5, quality=Quality.UNCERTAIN),
        read(3002, None, quality=Quality.BAD),
    ]


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (True, True),
        (False, False),
        (0, 0),
        (-(2**63), -(2**63)),
        (2**64, float(2**64)),
        (10**400, 1.7976931348623157e308),
        (1.0, 1.0),
        (math.inf, None),
        ("运行", "运行"),
        ("", ""),
        ("x" * 3000, "x" * 500),
        ("\ud800", "?"),
        (None, None),
    ],
)
def test_a_value_comes_back_as_it_was(value: object, kept: object, tmp_path: Path) -> None:
    """Of its own type, from memory and from disk; what no file holds as what comes closest."""

    async def story(history: History) -> None:
        history.add(read(1, value))  # type: ignore[arg-type]
        for _ in range(2):
            [known] = await history.recent("p/x", 5)
            assert known == read(1, kept)  # type: ignore[arg-type]
            assert type(known.value) is type(kept)
            await history.flush()

    live(tmp_path, story)


def test_a_number_that_is_none_is_kept_once(tmp_path: Path) -> None:
    """NaN differs from itself: each reading would be a change."""

    async def story(history: History) -> None:
        for second in range(10):
            history.add(read(second, math.nan))
            history.add(read(second, "y" * 1000, "p/y"))
        assert [each.value for each in await all_of(history, "p/x", "p/y")] == [None, "y" * 500]

    live(tmp_path, story)


def test_two_changes_told_of_one_instant_are_both_kept(tmp_path: Path) -> None:
    """A device that counts in seconds says two things at once; none takes the other's place."""

    async def story(history: History) -> None:
        for value in (False, True, False):
            history.add(read(5, value))
        known = await all_of(history, "p/x")
        assert [each.value for each in known] == [False, True, False]
        await history.flush()
        assert await all_of(history, "p/x") == known

    live(tmp_path, story)


def test_what_comes_late_stands_where_it_belongs(tmp_path: Path) -> None:
    """A device tells later what it read earlier; and a clock that was set back stops nothing."""

    async def story(history: History) -> None:
        for second, value in ((10, 1), (20, 2), (12, 7), (21, 2)):
            history.add(read(second, value))
            await history.flush()
        assert await all_of(history, "p/x") == [read(10, 1), read(12, 7), read(20, 2), read(21, 2)]
        history.add(read(4000, 2))
        history.add(read(100, 2))
        assert (await all_of(history, "p/x"))[-2:] == [read(100, 2), read(4000, 2)]

    live(tmp_path, story)


def test_an_instant_that_no_file_holds_is_dropped(tmp_path: Path) -> None:
    """Without a time zone, or at the end of time: counted, and nothing fails."""

    async def story(history: History) -> None:
        history.add(read(0, 1))
        history.add(Reading(point="p/x", value=2, at=datetime(2026, 1, 1)))  # noqa: DTZ001 - the point
        history.add(Reading(point="p/y", value=2, at=datetime(2026, 1, 1)))  # noqa: DTZ001 - the point
        history.add(Reading(point="p/x", value=2, at=datetime.max.replace(tzinfo=at(0).tzinfo)))
        assert history.dropped == 3
        await history.flush()
        assert await all_of(history, "p/x", "p/y") == [read(0, 1)]

    live(tmp_path, story)


def test_it_is_written_each_second(tmp_path: Path) -> None:
    """What a power cut may take is a second's readings; they are answered all the same."""

    async def story(history: History) -> None:
        running = asyncio.create_task(history.run(), name="history")
        await asyncio.sleep(0.5)
        history.add(read(0, 1))
        assert history.since == at(0)
        assert await all_of(history, "p/x") == [read(0, 1)]
        assert len(history._noted._waiting) == 1
        await asyncio.sleep(1)
        assert not history._noted._waiting
        assert await all_of(history, "p/x") == [read(0, 1)]
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    live(tmp_path, story)


def test_it_is_there_after_a_restart(tmp_path: Path) -> None:
    """The same file goes on; that it is complete from its beginning on as well."""

    async def first(history: History) -> None:
        await history.flush()
        history.add(read(1, 1))

    async def second(history: History) -> None:
        assert history.since is None
        history.add(read(60, 1))
        assert await all_of(history, "p/x") == [read(1, 1), read(60, 1)]
        await asyncio.sleep(30)
        await history.flush()
        assert history.since == at(0)

    live(tmp_path, first)
    live(tmp_path, second)


def test_several_points_in_order_and_what_was_before(tmp_path: Path) -> None:
    """First what each read when the time begins, then everything up to its end."""

    async def story(history: History) -> None:
        for second in range(10):
            history.add(read(second, second, "a/x"))
            history.add(read(second + 0.5, second, "b/x"))
            if second in {3, 6}:
                await history.flush()
        history.add(read(2, value=True, point="c/x"))
        wanted = ("b/x", "a/x", "c/x", "never/x")
        known = await history.readings(wanted, at(5), at(7), 100)
        assert known == [
            read(5, 5, "a/x"),
            read(5, 4, "b/x"),
            read(5, value=True, point="c/x"),
            read(5.5, 5, "b/x"),
            read(6, 6, "a/x"),
            read(6.5, 6, "b/x"),
            read(7, 7, "a/x"),
        ]
        assert await history.readings(wanted, at(5), at(7), 5) == known[:5]
        assert await history.readings(wanted, at(5), at(7), 2) == known[:2]
        assert await history.readings((), at(5), at(7), 2) == []

    live(tmp_path, story)


def test_a_pattern_stands_for_the_components_of_a_device(tmp_path: Path) -> None:
    """`fire-1/*.fire` are all detectors, those included that have just spoken."""

    async def story(history: History) -> None:
        history.add(read(1, value=True, point="fire-1/1-1-5-1.fire"))
        history.add(read(1, value=True, point="fire-2/1-1-5-1.fire"))
        history.add(read(1, value=True, point="fire-1/1-1-5-1.fault"))
        await history.flush()
        history.add(read(2, value=True, point="fire-1/1-1-5-2.fire"))
        assert [each.point for each in await all_of(history, "fire-1/*.fire")] == [
            "fire-1/1-1-5-1.fire",
            "fire-1/1-1-5-2.fire",
        ]

    live(tmp_path, story)


def test_the_last_readings_of_a_point(tmp_path: Path) -> None:
    """Newest first, from memory and disk together."""

    async def story(history: History) -> None:
        for second in range(10):
            history.add(read(second, second))
            if second == 5:
                await history.flush()
        assert await history.recent("p/x", 6) == [read(n, n) for n in (9, 8, 7, 6, 5, 4)]
        assert await history.recent("p/y", 6) == []

    live(tmp_path, story)


def test_what_waits_is_bounded_and_the_oldest_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that does not take anything costs memory up to a bound; what is dropped is counted."""
    monkeypatch.setattr(module, "MOST_WAITING", 10)

    async def story(history: History) -> None:
        for second in range(25):
            history.add(read(second, second))
        assert history.dropped == 15
        assert [each.value for each in await all_of(history, "p/x")] == [*range(15, 25)]

    live(tmp_path, story)


def test_names_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What speaks under ever new names is not followed any further; what was known goes on."""
    monkeypatch.setattr(module, "MOST_POINTS", 3)

    async def story(history: History) -> None:
        for number in range(5):
            history.add(read(number, 1, f"p/{number}"))
        history.add(read(9, 2, "p/0"))
        assert history.dropped == 2
        names = [f"p/{number}" for number in range(5)]
        assert [each.point for each in await all_of(history, *names)] == [
            "p/0",
            "p/1",
            "p/2",
            "p/0",
        ]

    live(tmp_path, story)


def test_a_reading_that_is_being_written_is_answered(tmp_path: Path) -> None:
    """Between memory and disk nothing disappears, and nothing is told twice."""

    async def story(history: History) -> None:
        seen: list[int] = []
        for second in range(50):
            history.add(read(second, second))
            writing = asyncio.create_task(history.flush(), name="flush")
            await asyncio.sleep(0)
            seen.append(len(await all_of(history, "p/x")))
            await writing
        assert seen == [*range(1, 51)]

    live(tmp_path, story)
