"""Somebody is trapped and nobody accepts: the loop with the platform closes, whatever breaks."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import apsw
import pytest

from simulators.demo.ends import Ended, ends
from simulators.platform import report
from tests.fakes import time as virtual
from tests.fakes.riverside import LIFT, Town

KEY = f"{LIFT}/entrapment"
TRAPPED, ACCEPTED, RELEASED, RESOLVED, END = 10.0, 660.0, 720.0, 740.0, 820.0
LIMIT = 600.0
EXACT = 0.001
PRESSING = 0.3
"""Seconds in which a person looks and presses."""


@dataclass(frozen=True)
class Trouble:
    """When the gateway is dead, the broker is, or only the way up, in seconds of the story."""

    name: str
    killed: tuple[tuple[float, float], ...] = ()
    cut: tuple[tuple[float, float], ...] = ()
    unheard: tuple[tuple[float, float], ...] = ()


TROUBLES = (
    Trouble("none"),
    Trouble(
        "before the raise is told, while it is due, when it is resolved",
        killed=((13.4, 20), (741, 755)),
        cut=((5, 30), (600, 640), (738, 765)),
    ),
    Trouble("both, when somebody accepts", killed=((661, 670),), cut=((655, 700),)),
    Trouble(
        "killed with the word on its way, told back in vain",
        killed=((660.05, 662), (750, 752)),
        unheard=((739, 775),),
    ),
    Trouble(
        "again and again",
        killed=((100, 101), (400, 402), (658, 668), (739, 742)),
        cut=((200, 640),),
    ),
)
"""One story of thirteen minutes takes seconds: troubles that do not touch each other share one."""


@dataclass
class Seen:
    """What the platform holds at the end, and what the gateway still remembers."""

    kinds: Counter[str] = field(default_factory=Counter)
    ends: list[Ended] = field(default_factory=list)
    gaps: list[report.Gap] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    stored: set[int] = field(default_factory=set)
    kept: set[int] = field(default_factory=set)
    open: list[str] = field(default_factory=list)


def play(folder: Path, trouble: Trouble) -> Seen:
    """Thirteen minutes in virtual time."""
    seen, town = Seen(), Town(folder)

    async def main() -> None:
        async def story() -> None:
            acts: list[tuple[float, Callable[[], Awaitable[None] | None]]] = [
                (TRAPPED, lambda: town.bus.simulator.act(LIFT, "trap", {"floor": 7})),
                (ACCEPTED, lambda: town.person.act("accept", {"alarm": KEY, "by": "王师傅"})),
                (RELEASED, lambda: town.bus.simulator.act(LIFT, "release", {})),
                (RESOLVED, lambda: town.person.act("resolve", {"alarm": KEY, "by": "王师傅"})),
                *((began, town.kill) for began, _ in trouble.killed),
                *((ended, town.start) for _, ended in trouble.killed),
                *((began, town.broker.cut) for began, _ in trouble.cut),
                *((began, town.broker.lose_events) for began, _ in trouble.unheard),
                *((ended, town.broker.mend) for _, ended in (*trouble.cut, *trouble.unheard)),
            ]
            loop = asyncio.get_running_loop()
            for second, act in sorted(acts, key=lambda each: each[0]):
                await asyncio.sleep(second - loop.time())
                if (doing := act()) is not None:
                    await doing
            await asyncio.sleep(END - loop.time())
            await look(town, seen)

        await town.live(story)

    virtual.run(main())
    return seen


async def look(town: Town, seen: Seen) -> None:
    """Ask both sides."""
    ask = town.desk.ask
    seen.kinds = await ask(_kinds)
    seen.ends = await ask(ends)
    seen.gaps = await ask(report.gaps)
    seen.notices = [notice.state for notice in await ask(report.notices)]
    seen.stored = await ask(lambda db: {int(n) for (n,) in db.execute("SELECT number FROM events")})
    seen.kept = {kept.number for kept in town.kept}
    assert town.life is not None
    seen.open = [alarm.key for alarm in town.life.pipeline.alarms.all.values()]


def _kinds(db: apsw.Connection) -> Counter[str]:
    """How often what was told of the entrapment, and of any issue."""
    rows = db.execute(
        "SELECT type FROM events WHERE type = 'community.issue.changed.v1'"
        " OR json_extract(body, '$.data.alarm.key') = ?",
        (KEY,),
    )
    return Counter(str(kind).removeprefix("community.").removesuffix(".v1") for (kind,) in rows)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_nobody_accepts_for_ten_minutes(tmp_path: Path, trouble: Trouble) -> None:
    """The next party is told at 10:00, and both sides agree on everything, each thing once."""
    seen = play(tmp_path, trouble)
    assert seen.kinds == {
        "alarm.raised": 1,
        "alarm.escalated": 1,
        "issue.changed": 2,
        "alarm.acknowledged": 1,
        "alarm.cleared": 1,
    }
    [end] = seen.ends
    assert end.alarm == KEY
    [(party, after)] = end.escalated
    assert party == "street_office"
    assert abs(after - LIMIT) < EXACT
    for ours, theirs in zip((end.responded, end.resolved), end.measured, strict=True):
        assert ours is not None
        assert theirs is not None
        assert abs(ours - theirs) < EXACT
    assert abs((end.resolved or 0) - (end.responded or 0) - (RESOLVED - ACCEPTED)) < PRESSING
    assert end.told_back
    assert end.notice == "withdrawn"
    assert seen.notices == ["withdrawn"]
    assert seen.gaps == []
    assert seen.stored == seen.kept
    assert KEY not in seen.open


def test_a_gateway_that_was_dead_at_ten_minutes_escalates_when_it_is_back(tmp_path: Path) -> None:
    """Nobody could tell while nobody ran: late by no more than that, and once."""
    seen = play(tmp_path, Trouble("killed when it is due", killed=((605, 625),)))
    [end] = seen.ends
    [(party, after)] = end.escalated
    assert party == "street_office"
    assert LIMIT < after < LIMIT + 625 - 605
    assert end.told_back
    assert seen.kinds["alarm.escalated"] == 1
