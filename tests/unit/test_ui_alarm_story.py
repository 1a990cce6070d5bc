"""An alarm as a line and as a story: order, deadlines, every step with the time between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge.api.documents import AlarmDetail, CommentView
from edge.api.event_documents import DeliveryView, EventView
from edge.api.ui.alarms.lines import line_of, most_urgent_first
from edge.api.ui.alarms.listing import MOST_LINES, Standing, Wish, listed
from edge.api.ui.alarms.origin import began, carrying
from edge.api.ui.alarms.story import Step, story_of
from edge.model import Issue, Lane, Quality, Reading, Text
from edge.trace import Frame
from tests.fakes.drawn import alarm
from tests.fakes.site import bare_site

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
SITE = bare_site()


def after(seconds: float) -> datetime:
    """So many seconds after the raise."""
    return AT + timedelta(seconds=seconds)


def event(kind: str, seconds: float, **says: Any) -> EventView:
    """A kept event, as the API tells it."""
    return EventView(
        number=int(seconds * 10) + 100,
        at=after(seconds),
        kind=kind,
        lane=Lane.FAULT,
        subject="x/y",
        kept_at=after(seconds + 0.01),
        deliveries=(
            DeliveryView(
                uplink="platform",
                state="receipt",
                sent_at=after(seconds + 0.02),
                broker_at=after(seconds + 0.05),
                receipt_at=after(seconds + 0.3),
                reason="",
            ),
        ),
        event={"severity": 500, "data": {"alarm": {"key": "x/y"}, **says}},
    )


def told(*events: EventView, before: tuple[Step, ...] = (), comment: str = "") -> tuple[Step, ...]:
    """The story of an alarm of which these are kept."""
    said = (CommentView(at=after(50), by="王工", comment=comment),) if comment else ()
    past = AlarmDetail(id=100, key="x/y", alarm=None, timeline=events, comments=said)
    return story_of(past, before)


def test_of_the_raise_every_step_of_its_way_out_is_told() -> None:
    """From the reading to the platform's receipt, with the time between two steps."""
    reading = Step(at=after(-3), mark="point", what=Text("读数", "reading"))
    steps = told(event("alarm.raised", 0), before=(reading,))
    assert [(s.mark, s.after and round(s.after.total_seconds(), 3)) for s in steps] == [
        ("point", None),
        ("alarm", 3.0),
        ("disk", 0.01),
        ("way", 0.01),
        ("way", 0.03),
        ("way", 0.25),
    ]
    assert steps[-1].what.en == "stored by platform, receipt given"


def test_of_what_follows_the_step_itself_is_told() -> None:
    """Who, what they said, until when; the way of each event to the platform is on its own page."""
    until = after(1800)
    change = {"what": "shelved", "by": "李工", "reason": "noise", "until": until.isoformat()}
    steps = told(
        event("alarm.acknowledged", 20, change={"what": "acknowledged", "by": "王工"}),
        event("alarm.shelved", 30, change=change),
        event("alarm.cleared", 60),
    )
    assert [(s.what.en, s.by, s.words, s.until) for s in steps] == [
        ("acknowledged", "王工", "", None),
        ("shelved", "李工", "noise", until),
        ("its condition is gone", "", "", None),
    ]


def test_comments_stand_where_they_were_made() -> None:
    """In the order of time, like all else."""
    steps = told(event("alarm.cleared", 60), event("alarm.escalated", 40), comment="they come")
    assert [(s.mark, s.words) for s in steps][1] == ("note", "they come")


def test_an_escalation_is_loud_and_names_who_was_told() -> None:
    """It means that nobody came."""
    says = {"level": 1, "to": "street_office", "overdue": "respond", "due": AT.isoformat()}
    [step] = told(event("alarm.escalated", 600, escalation=says, issue="gw/1/issue"))
    assert step.loud
    assert step.what == Text(
        "无人处理，告知下一方：街道", "nobody came: the next party is told: street office"
    )


@pytest.mark.parametrize(
    ("state", "mark", "words"),
    [("accepted", "issue", "issue accepted"), ("resolved", "over", "issue resolved")],
)
def test_what_became_of_the_issue_is_told(state: str, mark: str, words: str) -> None:
    """In the platform's words, with who did it."""
    says = {"id": "i", "state": state, "by": "王主任", "at": AT.isoformat()}
    [step] = told(event("issue.changed", 90, issue=says))
    assert (step.mark, step.what.en, step.by) == (mark, words, "王主任")


def test_why_it_was_put_aside_is_told() -> None:
    """A change of its own accord has no person, but a reason."""
    says = {
        "alarm": {"key": "x/y", "suppressed": ["test", "flood"]},
        "change": {"what": "suppressed"},
    }
    [step] = told(event("alarm.updated", 5, **says))
    assert step.what.en == "put aside: test, storm"


def test_a_refusal_of_the_platform_is_loud() -> None:
    """With its reason: somebody has to look at it."""
    refused = DeliveryView(
        uplink="platform",
        state="refused",
        sent_at=after(1),
        broker_at=None,
        receipt_at=None,
        reason="schema",
    )
    raised = event("alarm.raised", 0).model_copy(update={"deliveries": (refused,)})
    last = told(raised)[-1]
    assert (last.loud, last.what.en, last.words) == (True, "refused by platform", "schema")


def test_an_event_of_a_later_contract_is_told_by_its_name() -> None:
    """What is not known here does not break the page."""
    [step] = told(event("alarm.painted", 5, change={"what": "painted", "by": "x"}, colour="red"))
    assert step.what.en == "alarm.painted"


def reading(seconds: float, value: bool, quality: Quality = Quality.GOOD) -> Reading:  # noqa: FBT001 - a value
    """A reading so many seconds after the raise."""
    return Reading(point="x/p", value=value, at=after(seconds), quality=quality)


def test_what_began_it_is_the_first_reading_of_its_value() -> None:
    """Not the last one: a condition that has to last was true before it raised."""
    known = [reading(9, value=False), reading(0, value=True), reading(-3, value=True)]
    known += [reading(-8, value=False), reading(-20, value=True)]
    found = began(known, AT)
    assert found is not None
    assert found.at == after(-3)


def test_a_bad_reading_began_nothing() -> None:
    """And where nothing is known any more, nothing is said."""
    assert began([reading(-1, value=True, quality=Quality.BAD)], AT) is None
    assert began([], AT) is None


def test_the_frame_is_the_last_that_came_in_before() -> None:
    """Not one that went out, came later, or belongs to another time."""
    ways: list[tuple[float, Any]] = [(-900, "in"), (-5, "in"), (-1, "in"), (-0.5, "out"), (3, "in")]
    frames = [Frame(n, after(at), way, "x", b"") for n, (at, way) in enumerate(ways)]
    found = carrying(frames, AT)
    assert found is not None
    assert found.number == 2
    assert carrying(frames[:1], AT) is None


def test_the_most_urgent_comes_first() -> None:
    """Active before over, calling before put aside, severe before mild, old before new."""
    one = alarm("a/x", Lane.FAULT, number=5)
    mild = replace(one, number=4, raised=replace(one.raised, severity=200))
    older = replace(one, number=3)
    aside = replace(one, number=2, suppressed=("shelved",))
    over = replace(one, number=1, active=False)
    order = [each.number for each in most_urgent_first([over, aside, mild, one, older])]
    assert order == [3, 5, 4, 2, 1]


@pytest.mark.parametrize(
    ("issue", "seconds", "clock", "overdue"),
    [
        (Issue(opened_at=AT, respond_by=after(60), resolve_by=after(600)), 59, "respond", False),
        (Issue(opened_at=AT, respond_by=after(60), resolve_by=after(600)), 61, "respond", True),
        (
            Issue(opened_at=AT, respond_by=after(60), resolve_by=after(600), responded_at=after(5)),
            61,
            "resolve",
            False,
        ),
        (
            Issue(opened_at=AT, respond_by=after(60), resolve_by=after(600), state="resolved"),
            900,
            "",
            False,
        ),
    ],
)
def test_the_time_that_runs_is_shown(
    issue: Issue, seconds: float, clock: str, overdue: object
) -> None:
    """First to respond, then to resolve; over, none."""
    line = line_of(replace(alarm("a/x", Lane.FAULT), issue=issue), SITE, after(seconds)).issue
    assert line is not None
    assert (line.clock, line.overdue) == (clock, overdue)


def test_life_safety_is_not_offered_to_be_shelved() -> None:
    """Nor what is on the shelf already."""
    assert not line_of(alarm("a/x", Lane.LIFE_SAFETY), SITE, AT).may_shelve
    assert line_of(alarm("a/x", Lane.SECURITY), SITE, AT).may_shelve
    shelved = replace(alarm("a/x", Lane.SECURITY), shelved_until=after(60))
    assert not line_of(shelved, SITE, AT).may_shelve


@pytest.mark.parametrize(
    ("state", "numbers"),
    [
        ("all", [1, 2, 3, 4]),
        ("active", [1, 2, 4]),
        ("unseen", [1, 3]),
        ("waiting", [3]),
        ("aside", [4]),
    ],
)
def test_a_list_shows_what_one_asks_for(state: Standing, numbers: list[int]) -> None:
    """Each state is a question that a technician has."""
    one = alarm("a/x", Lane.FAULT, number=1)
    every = [
        one,
        replace(one, number=2, acknowledged=True),
        replace(one, number=3, active=False),
        replace(one, number=4, acknowledged=True, suppressed=("test",)),
    ]
    found = listed(every, SITE, Wish(state=state), AT)
    assert sorted(line.number for line in found.lines) == numbers


def test_a_long_list_is_cut_and_says_so() -> None:
    """A storm does not make a page of a megabyte."""
    one = alarm("a/x", Lane.FAULT)
    found = listed([replace(one, number=n) for n in range(MOST_LINES + 7)], SITE, Wish(), AT)
    assert (len(found.lines), found.more) == (MOST_LINES, 7)
