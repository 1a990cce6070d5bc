"""Evidence: what is kept, what is found again, what goes and when, who has had it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from edge.evidence import store as module
from edge.evidence.evidence import EvidenceQuery, EvidenceRefused
from edge.evidence.keeping import AT_ONCE
from edge.evidence.sending import MOST_TRIES, Outgoing
from edge.evidence.store import EvidenceStore
from edge.model import RecordsDropped
from tests.fakes.evidence import MEGABYTE, WEEK, Story, at, left, live, names, told
from tests.fakes.time import now


def test_what_was_kept_is_found_again(tmp_path: Path) -> None:
    """By alarm, camera, time, and page by page, the latest first; its bytes are where it says."""

    async def story(store: EvidenceStore) -> None:
        for n in range(6):
            kept = left(tmp_path, f"p{n}", 100 * n)
            await store.add(kept, f"cam-{n % 2}", f"a/{n // 2}")
        every = await store.find(EvidenceQuery())
        assert [each.alarms for each in every] == [("a/2",)] * 2 + [("a/1",)] * 2 + [("a/0",)] * 2
        first = await store.find(EvidenceQuery(limit=2))
        rest = await store.find(EvidenceQuery(before=first[-1].number))
        assert (*first, *rest) == every
        assert {e.camera for e in await store.find(EvidenceQuery(camera="cam-1"))} == {"cam-1"}
        of_alarm = await store.find(EvidenceQuery(alarm="a/1"))
        assert [each.began for each in of_alarm] == [at(300), at(200)]
        span = await store.find(EvidenceQuery(since=at(150), until=at(300)))
        assert [each.began for each in span] == [at(300), at(200)]
        [one] = await store.find(EvidenceQuery(since=at(500)))
        assert await store.get(one.sha256) == one
        assert store.path(one).read_bytes().startswith(b"p5")
        assert await store.get("f" * 64) is None

    live(tmp_path, story)


def test_one_picture_is_about_several_alarms_and_kept_once(tmp_path: Path) -> None:
    """Told of twice, or related later, it has one number; a restart knows the same."""

    async def story(store: EvidenceStore) -> None:
        kept = left(tmp_path, "p")
        first = await store.add(kept, "cam", "a/1")
        assert (await store.add(kept, "cam", "a/2")).number == first.number
        store.relate(kept.sha256, "a/3")
        store.relate("0" * 64, "a/3")
        assert len(await store.find(EvidenceQuery())) == 1

    live(tmp_path, story)

    async def later(store: EvidenceStore) -> None:
        [one] = await store.find(EvidenceQuery())
        assert one.alarms == ("a/1", "a/2", "a/3")
        assert [one] == [*await store.find(EvidenceQuery(alarm="a/3"))]

    live(tmp_path, later)


@pytest.mark.parametrize(
    "change",
    [
        {"file": "../evidence.db"},
        {"file": "x.jpg"},
        {"media_type": "text/html"},
        {"size": 999},
        {"sha256": "0" * 64, "file": f"{'0' * 64}.jpg"},
        {"missing": True},
        {"other": True},
    ],
)
def test_what_is_not_as_it_was_told_is_refused(change: dict[str, Any], tmp_path: Path) -> None:
    """A name outside, another kind, size or content, no file at all: never in the index."""

    async def story(store: EvidenceStore) -> None:
        kept = left(tmp_path, "p")
        if change.pop("missing", False):
            (tmp_path / kept.file).unlink()
        if change.pop("other", False):
            (tmp_path / kept.file).write_bytes(b"q" * 1000)
        with pytest.raises(EvidenceRefused):
            await store.add(msgspec.structs.replace(kept, **change), "cam", "a")
        assert await store.find(EvidenceQuery()) == ()

    live(tmp_path, story)


def test_a_week_stays_within_its_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two an hour for eight days: the oldest make room; index and folder agree to the byte."""
    monkeypatch.setattr(module, "EVERY_S", 3600.0)
    monkeypatch.setattr("edge.whole_file.os.fsync", lambda _: None)

    async def story(store: EvidenceStore) -> None:
        telling = asyncio.create_task(store.run(_nobody), name="tidying")
        await asyncio.sleep(1800)  # between two rounds
        for hour in range(8 * 24):
            for n in range(2):
                seconds = (now() - at(0)).total_seconds()
                await store.add(left(tmp_path, f"{hour}-{n}", seconds, size=500), "cam", f"a/{n}")
            await asyncio.sleep(3600)
            if hour % 24 == 0:
                assert sum(names(tmp_path, ".jpg").values()) <= 40_000
        every = await store.find(EvidenceQuery(limit=10_000))
        assert len(every) == len(names(tmp_path, ".jpg")) == 80
        assert every[0].number == 384
        assert every[-1].number == 305
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)

    live(tmp_path, story, budget=40_000, uplinks=())


async def _nobody(_: RecordsDropped) -> None:
    pass


def test_what_comes_of_age_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day after it ended; that of an alarm that is open a day later, and then that too."""
    monkeypatch.setattr(module, "EVERY_S", 60 * 20.0)

    async def story(store: EvidenceStore) -> list[int]:
        await store.add(left(tmp_path, "old", 0), "cam", "a/over")
        await store.add(left(tmp_path, "held", 0), "cam", "a/open")
        await store.add(left(tmp_path, "new", 86_400), "cam", "a/over")
        counts = []
        for _ in range(3):
            assert await told(store, 86_400 + 1300) == []
            counts.append(len(await store.find(EvidenceQuery())))
        return counts

    day = timedelta(days=1)
    assert live(tmp_path, story, keep=day, active=("a/open",), uplinks=()) == [2, 0, 0]
    assert not {**names(tmp_path, ".jpg"), **names(tmp_path, ".json")}


def test_a_clock_that_is_a_year_ahead_does_not_empty_the_folder(tmp_path: Path) -> None:
    """What goes by age goes a little at a time: somebody has time to set the clock right."""

    async def story(store: EvidenceStore) -> int:
        for n in range(AT_ONCE + 20):
            await store.add(left(tmp_path, f"p{n}", -400 * 86_400.0), "cam", "")
        await told(store)
        return len(await store.find(EvidenceQuery(limit=500)))

    assert live(tmp_path, story) == 20


def test_evidence_of_open_alarms_goes_last(tmp_path: Path) -> None:
    """Though it is the oldest; when only such is left it goes as well, oldest first."""

    async def story(store: EvidenceStore) -> list[str]:
        for n, alarm in enumerate(["open", "open", "over", "over", "over"]):
            await store.add(left(tmp_path, f"p{n}", n), "cam", f"a/{alarm}")
        await told(store)
        return [each.alarms[0] for each in await store.find(EvidenceQuery())]

    assert live(tmp_path, story, budget=3500, active=("a/open",)) == ["a/over", "a/open", "a/open"]
    assert live(tmp_path, told_twice(), budget=1500, active=("a/open",)) == [2]


def told_twice() -> Story[list[int]]:
    """A later life with a smaller budget: the numbers that are left."""

    async def story(store: EvidenceStore) -> list[int]:
        await told(store)
        return [each.number for each in await store.find(EvidenceQuery())]

    return story


def test_what_some_platform_has_not_had_is_told_when_it_goes(tmp_path: Path) -> None:
    """Counted; what was delivered, or is for no uplink any more, goes without a word."""

    async def story(store: EvidenceStore) -> None:
        for n in range(6):
            await store.add(left(tmp_path, f"p{n}", n), "cam", "a")
        outgoing = Outgoing(store, "platform")
        for _ in range(4):  # the latest first
            one = await outgoing.next()
            assert one is not None
            await outgoing.delivered(one)
        store.serve(WEEK, 1000, ("platform",))
        [(count, reason)] = await told(store)
        assert (count, "not delivered" in reason) == (2, True)
        await store.add(left(tmp_path, "q", 9), "cam", "a")
        store.serve(WEEK, 0, ())
        assert await told(store) == []
        assert await store.find(EvidenceQuery()) == ()

    live(tmp_path, story)


def test_each_uplink_has_its_own_progress(tmp_path: Path) -> None:
    """What one has had the other still waits for; a new one is not sent what was before it."""

    async def story(store: EvidenceStore) -> None:
        one, other = Outgoing(store, "platform"), Outgoing(store, "second")
        first = await store.add(left(tmp_path, "p0", 0), "cam", "a")
        assert await one.next() == first
        assert await other.next() is None
        store.serve(WEEK, MEGABYTE, ("platform", "second"))
        second = await store.add(left(tmp_path, "p1", 1), "cam", "a")
        assert await one.next() == second
        await one.delivered(second)
        assert (await one.next(), await other.next()) == (first, second)
        assert await one.piece(first, 1, 4) == b"0..."
        assert await one.piece(first, 999, 50) == b"."

    live(tmp_path, story)


def test_what_a_platform_finds_damaged_again_and_again_is_given_up(tmp_path: Path) -> None:
    """After five tries; each lets the others have their turn first."""

    async def story(store: EvidenceStore) -> None:
        outgoing = Outgoing(store, "platform")
        bad = await store.add(left(tmp_path, "bad", 1), "cam", "a")
        good = await store.add(left(tmp_path, "good", 0), "cam", "a")
        await outgoing.delivered(good)
        assert [await outgoing.tried(bad) for _ in range(MOST_TRIES)] == [True] * 4 + [False]
        assert await outgoing.next() is None

    live(tmp_path, story)
