"""Who is in a zone: since when, for how long, once."""

from __future__ import annotations

from datetime import datetime

import pytest

from edge.vision.analytics.hours import within
from edge.vision.findings import Finding
from tests.fakes.walks import Eyes, Way, findings, scenes
from tests.fakes.watches import WHOLE, watch

VISIT = Way([(0, 0.05, 0.8), (8, 0.45, 0.8), (25, 0.5, 0.85), (33, 0.9, 0.8)])
"""Comes into the middle at 5 s, leaves it at 29 s."""
TWICE = Way([*VISIT.stops, (38, 0.9, 0.8), (44, 0.5, 0.8), (60, 0.55, 0.8), (66, 0.05, 0.8)])
"""And once more, from 41 s to 63 s."""


def spans(found: list[Finding]) -> list[tuple[float, float]]:
    """Of each that is over: since when, how long; each has begun once and ended once."""
    begun = [each.object for each in found if each.phase == "begin"]
    ends = [each for each in found if each.phase == "end"]
    assert begun == sorted({each.object for each in ends}, key=begun.index)
    assert len(begun) == len(ends)
    return [(each.since, each.dwell_s) for each in ends]


@pytest.mark.parametrize("missed", [0.0, 0.15, 0.3])
@pytest.mark.parametrize("per_second", [2, 5])
def test_dwell_is_the_time_in_the_zone(per_second: float, missed: float) -> None:
    """To a second and a half, both times, whatever the rate and with every third picture missed."""
    for seed in range(2):
        eyes = Eyes(missed=missed, trembles=0.03, seed=seed)
        told = spans(
            findings(watch("loitering", after="8s"), scenes([TWICE], 75, per_second, eyes))
        )
        assert [since for since, _ in told] == pytest.approx([5, 41], abs=1.0)
        assert [dwell for _, dwell in told] == pytest.approx([24, 22], abs=1.5)


def test_dwell_at_one_picture_a_second() -> None:
    """Where a walk leaves its own box from picture to picture, and a tenth is missed."""
    for seed in range(4):
        eyes = Eyes(missed=0.1, trembles=0.03, seed=seed)
        told = spans(findings(watch("loitering", after="8s"), scenes([TWICE], 75, 1, eyes)))
        assert [dwell for _, dwell in told] == pytest.approx([24, 22], abs=1.5)


def test_it_begins_when_it_has_lasted_and_not_before() -> None:
    """Loitering of 10 s begins 10 s after he came in; one who leaves before is never told."""
    found = findings(watch("loitering", after="10s"), scenes([VISIT], 40, 5))
    assert found[0].phase == "begin"
    assert found[0].t == pytest.approx(15, abs=0.5)
    assert found[0].dwell_s == pytest.approx(10, abs=0.5)
    assert findings(watch("loitering", after="25s"), scenes([VISIT], 40, 5)) == []


def test_words_on_the_way_are_few() -> None:
    """At most one in ten seconds: begin at 6 s, then 16 and 26 s, then the end."""
    found = findings(watch("intrusion", after="1s"), scenes([VISIT], 40, 5))
    assert [each.phase for each in found] == ["begin", "update", "update", "end"]
    assert {each.object for each in found} == {"yard.intrusion.1"}
    assert found[1].t - found[0].t >= 10
    assert found[-1].t == pytest.approx(30.2, abs=0.6)
    assert (found[0].basis, found[0].label, found[0].model) == ("model", "person", "scripted")


def test_somebody_hidden_for_a_moment_has_not_gone() -> None:
    """Four seconds behind a pillar: one episode, and the time behind it counts."""
    hidden = Way(VISIT.stops, hidden=[(12, 16)])
    ((since, dwell),) = spans(findings(watch("loitering", after="8s"), scenes([hidden], 40, 5)))
    assert since == pytest.approx(5, abs=0.5)
    assert dwell == pytest.approx(24, abs=1)


def test_somebody_who_is_gone_was_there_until_he_was_seen_last() -> None:
    """A door in the zone: the seconds in which he is waited for are not his."""
    through = Way([(0, 0.05, 0.8), (8, 0.45, 0.8), (20, 0.5, 0.85)])
    ((since, dwell),) = spans(findings(watch("loitering", after="8s"), scenes([through], 40, 5)))
    assert since == pytest.approx(5, abs=0.5)
    assert dwell == pytest.approx(15, abs=0.7)


def test_who_leaves_the_picture_and_comes_back_came_twice() -> None:
    """Out at the left edge for five seconds: not hidden, gone."""
    back = Way([(0, 0.5, 0.8), (6, 0.005, 0.8)])
    again = Way([(11, 0.005, 0.8), (17, 0.5, 0.8)])
    told = spans(findings(watch("intrusion", area=WHOLE), scenes([back, again], 30, 5), close=True))
    assert [dwell for _, dwell in told] == pytest.approx([6, 6], abs=1)


def test_each_has_an_episode_of_his_own() -> None:
    """Three at a time, three objects; numbers do not come twice in a session."""
    three = [
        Way([(n, 0.4 + n / 12, 0.6 + n / 10), (30, 0.4 + n / 12, 0.6 + n / 10)]) for n in range(3)
    ]
    told = findings(watch("intrusion"), scenes(three, 40, 5, Eyes(trembles=0.02)))
    assert len(spans(told)) == 3


def test_at_the_edge_nobody_comes_and_goes_all_the_time() -> None:
    """Whose foot trembles about the zone's edge: one episode, not ten."""
    edge = Way([(0, 0.5, 0.8), (5, 0.302, 0.8), (40, 0.302, 0.8), (45, 0.1, 0.8)])
    eyes = Eyes(trembles=0.06, seed=5)
    assert len(spans(findings(watch("intrusion"), scenes([edge], 50, 5, eyes)))) <= 2


@pytest.mark.parametrize(
    ("score", "confidence", "told"),
    [(0.6, None, 1), (0.6, 0.9, 0), (0.6, 0.5, 1), (0.3, None, 0)],
)
def test_a_score_that_is_asked_for_has_to_be_reached(
    score: float, confidence: float | None, told: int
) -> None:
    """A watch's `confidence` counts; without it the model card's threshold, here 0.4."""
    options = {} if confidence is None else {"confidence": confidence}
    seen = scenes([VISIT], 40, 5, Eyes(score=score, varies=0))
    begun = [
        each for each in findings(watch("intrusion", **options), seen) if each.phase == "begin"
    ]
    assert len(begun) == told


def test_a_class_without_feet_is_in_the_zone_where_it_is_seen() -> None:
    """Smoke above a zone's floor: half of its box in it is enough."""
    smoke = Way([(0, 0.5, 0.75), (20, 0.5, 0.75)], label="smoke", wide=1.0)
    low = ((0.2, 0.3), (0.8, 0.3), (0.8, 0.7), (0.2, 0.7))
    found = findings(
        watch("class_seen", area=low, classes=["smoke"]), scenes([smoke], 10, 5), close=True
    )
    assert [each.phase for each in found] == ["begin", "end"]
    assert found[0].label == "smoke"


def test_hours_begin_and_end_what_is_told() -> None:
    """08:00 in Shanghai is when the scripted day begins: until then nothing, from then at once."""
    assert findings(watch("intrusion", hours="09:00-10:00"), scenes([VISIT], 40, 5)) == []
    assert len(findings(watch("intrusion", hours="22:00-08:01"), scenes([VISIT], 40, 5))) == 4


@pytest.mark.parametrize(
    ("hours", "local", "told"),
    [
        ("22:00-06:00", "2026-01-01T23:30", True),
        ("22:00-06:00", "2026-01-01T05:59:59", True),
        ("22:00-06:00", "2026-01-01T06:00", False),
        ("22:00-06:00", "2026-01-01T12:00", False),
        ("08:00-20:00", "2026-01-01T08:00", True),
        ("08:00-20:00", "2026-01-01T20:00", False),
        ("00:00-00:00", "2026-01-01T13:00", True),
        (None, "2026-01-01T13:00", True),
    ],
)
def test_hours_may_go_over_midnight(hours: str | None, local: str, told: bool) -> None:  # noqa: FBT001 - a table
    """The first minute counts, the last does not."""
    assert within(hours, datetime.fromisoformat(local)) is told
