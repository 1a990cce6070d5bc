"""What the platform says: its words on issues are answered when kept, its orders passed on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cloud_bridge.uplink import IssueWord, Said, UnreadOrder
from cloud_bridge.wire import IssueUpdate
from edge.model import IssueChanged
from tests.fakes import time as virtual
from tests.fakes.bridge import RAISED, House
from tests.fakes.time import EPOCH

ACCEPTED = IssueUpdate(
    issue=f"gw/{RAISED}/issue/2",
    alarm=f"gw/{RAISED}",
    state="accepted",
    by="王师傅",
    party="property",
    at=EPOCH,
    step="9",
)
EVENT = IssueChanged(
    alarm="lift-1/entrapment",
    number=RAISED,
    turn=2,
    state="accepted",
    by="王师傅",
    party="property",
    at=EPOCH,
    step="9",
)


def after_saying(house: House, *said: Said, then: Callable[[], None] = lambda: None) -> None:
    """Let the platform say something, and then look."""

    async def story() -> None:
        while not house.platform.sessions:  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)
        for each in said:
            await house.platform.say(each)
        await asyncio.sleep(0.1)
        then()

    async def main() -> None:
        await house.live(story)

    virtual.run(main())


def test_a_word_on_an_issue_is_answered_when_it_is_kept(tmp_path: Path) -> None:
    """Alarm, number and turn come from the issue's id; the broker hears of it from the journal."""
    house, answered = House(tmp_path), list[str]()

    def keep() -> None:
        assert answered == []
        [report] = house.reports
        assert report.kept is not None
        report.kept()

    after_saying(house, IssueWord(ACCEPTED, lambda: answered.append("kept")), then=keep)
    assert answered == ["kept"]
    assert house.told == [EVENT]


def test_an_alarm_that_is_over_still_answers_for_its_issue(tmp_path: Path) -> None:
    """What the gateway has forgotten is told back all the same: else it would come for ever."""
    house = House(tmp_path)
    other = msgspec.structs.replace(ACCEPTED, issue="gw/18/issue", alarm="gw/18")
    after_saying(house, IssueWord(other, lambda: None))
    [event] = house.told
    assert isinstance(event, IssueChanged)
    assert (event.alarm, event.number, event.turn) == ("", 18, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"issue": "gw2/17/issue", "alarm": "gw2/17"},
        {"issue": "gw/17/notice"},
        {"issue": "gw/17/issue/x", "alarm": "gw/17"},
        {"issue": "gw/17/issue/", "alarm": "gw/17"},
        {"issue": "nonsense"},
        {"alarm": "gw/16"},
        {"issue": f"gw/{2**60}/issue", "alarm": f"gw/{2**60}"},
        {"issue": f"gw/17/issue/{2**60}"},
        {"at": datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-9)))},
    ],
)
def test_a_word_that_is_not_ours_ends_here(tmp_path: Path, wrong: dict[str, Any]) -> None:
    """It becomes no event, does not come again, and the session goes on."""
    house, answered = House(tmp_path), list[str]()
    word = IssueWord(msgspec.structs.replace(ACCEPTED, **wrong), lambda: answered.append("kept"))
    after_saying(house, word, IssueWord(ACCEPTED, lambda: None))
    assert answered == ["kept"]
    assert house.told == [EVENT]


def test_an_order_is_handed_over_as_it_came(tmp_path: Path) -> None:
    """Body and whether it was retained; it is not to come again once somebody has looked at it."""
    house, answered = House(tmp_path), list[str]()
    order = UnreadOrder(body=b"\xff", retained=True, taken=lambda: answered.append("taken"))
    after_saying(house, order, then=lambda: None)
    assert house.obeyed == [(b"\xff", True)]
    assert answered == ["taken"]
