"""How the platform sees the loop close: steps told back, escalations, what is still on, storms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cloud_bridge.contract.examples import AT, FIRST, RAISED, SITE
from edge.alarms.flood import LIMIT
from edge.model import (
    AlarmAcknowledged,
    AlarmCleared,
    AlarmShelved,
    Covers,
    Event,
    IssueChanged,
    IssueState,
    Lane,
    SuppressionBegan,
)
from edge.site import Escalation
from simulators.platform import views
from simulators.platform.instants import micros
from simulators.platform.shown import ActiveAlarm, IssueCard
from simulators.platform.store import Store
from tests.fakes.platform_events import Clock, Voice, keep

[_POLICY] = SITE.policies
assert _POLICY.issue is not None
ESCALATING = replace(
    SITE,
    policies=(
        replace(
            _POLICY,
            issue=replace(_POLICY.issue, escalation=Escalation(to=("street_office", "residents"))),
        ),
    ),
)
KEY = RAISED.alarm
ISSUE = f"gw-1/{FIRST}/issue"
DOOR = replace(
    RAISED,
    alarm="lift-1/door",
    rule="door",
    category="lift.door",
    severity=500,
    lane=Lane.FAULT,
)


class Scene:
    """A store, a clock and a gateway's voice."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.store = Store(str(folder / "platform.db"), self.clock.now)
        self.voice = Voice(ESCALATING)
        self.after(0)

    def after(self, minutes: float) -> datetime:
        """Let the clock show so many minutes after the first alarm."""
        self.clock.at = AT + timedelta(minutes=minutes)
        return self.clock.at

    def hear(self, *events: Event) -> None:
        """The gateway tells events that happen now."""
        for event in events:
            keep(self.store, *self.voice.say(event, self.clock.at))

    def wait(self, minutes: float) -> None:
        """Nothing happens until then but what the time brings."""
        keep(self.store, *self.voice.wait(self.after(minutes)))

    def press(self, state: IssueState, by: str = "王师傅", turn: int = 1) -> None:
        """Somebody takes the issue a step on, and the gateway tells that back."""
        issue = ISSUE if turn == 1 else f"{ISSUE}/{turn}"
        self.store.step_issue("riverside", issue, state, by, "property")
        [step] = self.store.untold()
        said = step.update
        self.hear(
            IssueChanged(
                alarm=KEY,
                number=FIRST,
                turn=turn,
                state=said.state,
                by=said.by,
                party=said.party,
                at=said.at,
                step=said.step,
            )
        )

    def card(self) -> IssueCard:
        """The only issue."""
        [card] = views.view(self.store.connection, micros(self.clock.at)).issues
        return card

    def alarms(self) -> tuple[ActiveAlarm, ...]:
        """The active alarms."""
        return views.view(self.store.connection, micros(self.clock.at)).alarms

    def line(self) -> tuple[str, str]:
        """The last event in both languages."""
        text = views.view(self.store.connection, micros(self.clock.at)).events[0].text
        return text.zh, text.en


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A lift with somebody trapped in it."""
    scene = Scene(tmp_path)
    scene.hear(RAISED)
    yield scene
    scene.store.close()


def test_escalations_stand_beside_the_issue(scene: Scene) -> None:
    """Who was told, which level, when, and what was late."""
    scene.wait(5.5)
    scene.wait(16)
    card = scene.card()
    assert [(one.level, one.to, one.overdue) for one in card.escalations] == [
        (1, "street_office", "respond"),
        (2, "residents", "respond"),
    ]
    assert card.escalations[0].at == (AT + timedelta(minutes=5.5)).timestamp()
    assert scene.line()[0] == "电梯困人：逾期无人受理，已告知居民"
    assert "nobody responded in time; told: residents" in scene.line()[1]


def test_both_sides_measure_the_same(scene: Scene) -> None:
    """Response and end, from the raise, as the page counts and as the gateway says."""
    scene.after(3.25)
    scene.press("accepted")
    scene.after(40)
    scene.press("resolved")
    card = scene.card()
    assert card.measured == (3.25 * 60, 40 * 60)
    assert card.responded is not None
    assert card.closed is not None
    assert (card.responded - card.raised, card.closed - card.raised) == card.measured
    assert card.told


def test_a_further_issue_counts_from_its_own_opening(tmp_path: Path) -> None:
    """An alarm that calls anew after its issue was closed: both sides begin again."""
    scene = Scene(tmp_path)
    scene.hear(replace(RAISED, realarm=timedelta(hours=1)))
    scene.after(2)
    scene.press("accepted")
    scene.press("resolved")
    scene.wait(60)
    scene.after(63)
    scene.press("accepted", turn=2)
    further = views.view(scene.store.connection, micros(scene.clock.at)).issues[0]
    assert further.id == f"{ISSUE}/2"
    assert further.raised == (AT + timedelta(hours=1)).timestamp()
    assert further.responded == further.raised + 180
    assert further.measured == (180, None)
    scene.store.close()


def test_an_alarm_that_is_told_late_counts_from_when_somebody_was_called(tmp_path: Path) -> None:
    """A device that had no line kept it for an hour: nobody could have come before."""
    scene = Scene(tmp_path)
    scene.after(60)
    scene.hear(RAISED)
    scene.after(62)
    scene.press("accepted")
    card = scene.card()
    assert card.raised == (AT + timedelta(hours=1)).timestamp()
    assert card.measured == (120, None)
    scene.store.close()


def test_a_step_that_is_not_told_back_is_marked(scene: Scene) -> None:
    """Until the gateway has said that it knows."""
    assert scene.card().told
    scene.store.step_issue("riverside", ISSUE, "accepted", "Li", "property")
    assert not scene.card().told


def test_closed_while_the_alarm_is_on_stays_in_front(scene: Scene) -> None:
    """The page warns of it, and shows it before what is closed for good."""
    scene.after(2)
    scene.press("accepted")
    scene.press("resolved")
    card = scene.card()
    assert (card.state, card.cleared) == ("resolved", None)
    assert scene.line() == (
        "电梯困人：问题已结，报警仍在",
        f"{RAISED.text.en}: issue closed, still active",
    )
    scene.hear(AlarmCleared(alarm=KEY, at=scene.after(3)))
    assert scene.card().cleared == scene.clock.at.timestamp()


def test_accepting_is_acknowledging(scene: Scene) -> None:
    """Whoever accepts has seen the alarm: the name stands beside it."""
    assert scene.alarms()[0].seen_by == ""
    scene.press("accepted", by="Li")
    assert scene.alarms()[0].seen_by == scene.card().seen_by == "Li"


def test_an_older_word_does_not_undo_a_later_one(scene: Scene) -> None:
    """What is sent again late changes nothing of how the alarm stands."""
    older = scene.voice.say(AlarmAcknowledged(alarm=KEY, by="Li", at=scene.clock.at))
    scene.hear(SuppressionBegan(id="w", why="test", covers=Covers(), by="t", reason="", at=AT))
    keep(scene.store, *older)
    [alarm] = scene.alarms()
    assert (alarm.suppressed, alarm.seen_by) == (("test",), "Li")


def test_put_aside_alarms_say_why(scene: Scene) -> None:
    """Shelved, and in test: both marks; an alarm nobody knows yet is no alarm."""
    until = AT + timedelta(hours=1)
    scene.hear(AlarmShelved(alarm="lift-1/never", until=until, by="t", reason="", at=AT))
    scene.hear(DOOR, AlarmShelved(alarm=DOOR.alarm, until=until, by="t", reason="part", at=AT))
    trapped, door = scene.alarms()
    assert (trapped.suppressed, door.suppressed) == ((), ("shelved",))


def test_a_storm_is_one_alarm_with_a_count(scene: Scene) -> None:
    """Those it stands for are marked as such."""
    scene.hear(*(replace(DOOR, alarm=f"lift-1/door{n}") for n in range(LIMIT + 4)))
    storm = [alarm for alarm in scene.alarms() if alarm.count > 1]
    assert [alarm.count for alarm in storm] == [4]
    assert sum("flood" in alarm.suppressed for alarm in scene.alarms()) == 4


def test_the_first_of_a_group_is_marked(tmp_path: Path) -> None:
    """What came first leads; what followed says that it follows."""
    scene = Scene(tmp_path)
    first = replace(RAISED, group="lift-1")
    scene.hear(first, *(replace(DOOR, alarm=f"lift-1/d{n}", group="lift-1") for n in range(2)))
    lead, *others = scene.alarms()
    assert (lead.followers, lead.follows) == (2, False)
    assert [(alarm.followers, alarm.follows) for alarm in others] == [(0, True)] * 2
    scene.store.close()
