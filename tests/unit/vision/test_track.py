"""Objects keep their number: through misses, crossings, wrong labels, at any rate of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.vision.findings import Box
from edge.vision.pictures import Detection, Track
from edge.vision.track.assignment import assign
from edge.vision.track.tracker import Tracker
from tests.fakes.walks import ASPECT, Eyes, Way

CAR = {"height": 0.2, "wide": 1.8, "label": "car"}


def followed(
    ways: Sequence[Way], until: float, per_second: float, eyes: Eyes | None = None
) -> list[tuple[float, tuple[Track, ...]]]:
    """What the tracker follows at each picture."""
    eyes, tracker = eyes or Eyes(), Tracker(aspect=ASPECT)
    times = (number / per_second for number in range(int(until * per_second) + 1))
    return [(t, tracker.step(eyes.look(ways, t), t)) for t in times]


def numbers(seen: list[tuple[float, tuple[Track, ...]]]) -> set[int]:
    """All numbers that were given."""
    return {track.id for _, tracks in seen for track in tracks}


@pytest.mark.parametrize("per_second", [0.5, 1, 2, 5, 12, 30])
def test_a_walk_is_one_track_at_any_rate(per_second: float) -> None:
    """From a picture in two seconds, where boxes do not touch any more, to thirty in one."""
    walk = Way([(0, 0.1, 0.8), (12, 0.9, 0.8)])
    seen = followed([walk], 11.9, per_second, Eyes(trembles=0.03))
    assert numbers(seen) == {1}
    t, (track,) = seen[-1]
    box = walk.box(t)
    assert box is not None
    assert track.box.foot == pytest.approx(box.foot, abs=0.03)
    assert (track.since, track.seen) == (0.0, t)


def test_pictures_may_come_at_any_time() -> None:
    """A camera that stutters: between 40 ms and 1.5 s from picture to picture."""
    chance, tracker = np.random.default_rng(3), Tracker(aspect=ASPECT)
    walk, eyes = Way([(0, 0.1, 0.8), (20, 0.9, 0.8)]), Eyes(trembles=0.03, missed=0.1)
    given, t = set(), 0.0
    while t < 20:
        given |= {track.id for track in tracker.step(eyes.look([walk], t), t)}
        t += float(chance.choice([0.04, 0.2, 0.5, 1.5]))
    assert given == {1}


def test_one_hit_is_nothing() -> None:
    """A single wrong detection gives no track, whenever it comes."""
    tracker = Tracker()
    ghost = Detection(box=Box(0.2, 0.2, 0.3, 0.5), label="person", score=0.9)
    for number in range(40):
        assert tracker.step([ghost] if number % 10 == 0 else [], number * 0.2) == ()


def test_faint_detections_keep_a_track_and_begin_none() -> None:
    """Half hidden somebody scores low: enough to be followed on, not to be found."""
    tracker = Tracker()
    box = Box(0.2, 0.2, 0.3, 0.5)
    faint = Detection(box=box, label="person", score=0.2, sure=False)
    clear = Detection(box=box, label="person", score=0.8)
    assert [tracker.step([faint], t) for t in (0.0, 0.2, 0.4)] == [(), (), ()]
    tracker.step([clear], 0.6)
    tracker.step([clear], 0.8)
    for number in range(20):
        t = 1.0 + number * 0.2
        (track,) = tracker.step([faint], t)
        assert (track.id, track.seen) == (1, t)


def test_a_lower_threshold_of_a_label_counts() -> None:
    """Who asks for it hears of what the model's card would not call sure; `sure` tells it apart."""
    tracker = Tracker(enough={"person": 0.3})
    faint = Detection(box=Box(0.2, 0.2, 0.3, 0.5), label="person", score=0.35, sure=False)
    tracker.step([faint], 0.0)
    (track,) = tracker.step([faint], 0.2)
    assert not track.sure
    assert track.best == pytest.approx(0.35)


def test_two_who_cross_keep_their_numbers() -> None:
    """Each goes on the way he was going, though only one of them can be seen where they meet."""
    right = Way([(0, 0.2, 0.80), (8, 0.8, 0.80)])
    left = Way([(0, 0.8, 0.83), (8, 0.2, 0.83)], hidden=[(3.7, 4.3)])
    seen = followed([right, left], 7.9, 5, Eyes(trembles=0.02))
    assert numbers(seen) == {1, 2}
    first = {track.id: track.box.foot[0] for track in seen[1][1]}
    last = {track.id: track.box.foot[0] for track in seen[-1][1]}
    assert all((first[id_] < 0.5) != (last[id_] < 0.5) for id_ in (1, 2))


def test_a_parked_car_is_one_car_whatever_it_is_taken_for() -> None:
    """A car, a truck, a bus by turns, missed in half of all pictures for four minutes."""
    parked = Way([(0, 0.5, 0.6), (240, 0.5, 0.6)], **CAR)  # type: ignore[arg-type] # plain facts
    eyes = Eyes(missed=0.5, trembles=0.04, labels=("car", "car", "truck", "bus"))
    seen = followed([parked], 239, 2, eyes)
    assert numbers(seen) == {1}
    assert seen[-1][1][0].label == "car"


def test_a_parked_car_is_waited_for_behind_who_stops_in_front() -> None:
    """A van hides it for half a minute; a guess says so by an old `seen`, and has not moved."""
    parked = Way([(0, 0.5, 0.6), (200, 0.5, 0.6)], hidden=[(90, 120)], **CAR)  # type: ignore[arg-type] # plain facts
    van = Way(
        [(85, 0.1, 0.68), (90, 0.52, 0.68), (120, 0.53, 0.68), (125, 0.95, 0.68)],
        height=0.3,
        wide=1.6,
        label="truck",
    )
    seen = followed([parked, van], 199, 5, Eyes(trembles=0.02))
    assert numbers(seen) == {1, 2}
    hidden = next(track for track in dict(seen)[110.0] if track.id == 1)
    assert hidden.seen == pytest.approx(90, abs=0.3)
    assert hidden.box.foot == pytest.approx((0.5, 0.6), abs=0.01)
    assert seen[-1][1][0].id == 1


def test_passers_by_do_not_take_a_parked_cars_number() -> None:
    """People are no cars, and cars that drive past drive on."""
    parked = Way([(0, 0.5, 0.6), (60, 0.5, 0.6)], **CAR)  # type: ignore[arg-type] # plain facts
    others = [
        Way([(10, 0.1, 0.62), (20, 0.9, 0.62)]),
        Way([(30, 0.0, 0.66), (33, 1.0, 0.66)], **CAR),  # type: ignore[arg-type] # plain facts
        Way([(40, 1.0, 0.66), (44, 0.0, 0.66)], **CAR),  # type: ignore[arg-type] # plain facts
    ]
    seen = followed([parked, *others], 59, 5, Eyes(trembles=0.02, missed=0.1))
    for t, tracks in seen:
        if t > 1:
            mine = next(track for track in tracks if track.id == 1)
            assert mine.box.foot == pytest.approx((0.5, 0.6), abs=0.04), t


def test_numbers_are_never_used_again() -> None:
    """Neither by who comes after somebody has gone nor after everything was forgotten."""
    tracker = Tracker(aspect=ASPECT)
    clear = Detection(box=Box(0.2, 0.2, 0.3, 0.5), label="person", score=0.8)
    given = []
    for start in (0, 100, 200):
        tracker.step([clear], start)
        given += [track.id for track in tracker.step([clear], start + 0.2)]
        tracker.forget()
        assert tracker.tracks == ()
    assert given == [1, 2, 3]


def test_one_thing_under_two_names_is_one_track() -> None:
    """Detectors give a van as a car and as a truck in the same place."""
    tracker = Tracker()
    both = [
        Detection(box=Box(0.2, 0.2, 0.5, 0.5), label="car", score=0.6),
        Detection(box=Box(0.21, 0.2, 0.5, 0.51), label="truck", score=0.7),
    ]
    tracker.step(both, 0.0)
    (track,) = tracker.step(both, 0.2)
    assert track.label == "truck"


def test_time_that_stands_still_or_jumps_back_does_no_harm() -> None:
    """A recording with broken times is followed as well as it can be."""
    tracker = Tracker()
    clear = Detection(box=Box(0.2, 0.2, 0.3, 0.5), label="person", score=0.8)
    for t in (5.0, 5.0, 5.0, 4.0, 4.2):
        tracker.step([clear], t)
    assert [track.id for track in tracker.tracks] == [1]


@given(st.integers(1, 4), st.integers(1, 5), st.integers(0, 10_000))
@settings(max_examples=40)
def test_nobody_is_paired_at_a_better_sum(rows: int, columns: int, seed: int) -> None:
    """The assignment costs as little as the best of all that there are."""
    costs = np.random.default_rng(seed).random((rows, columns))
    found = sum(costs[pair] for pair in assign(costs, 2.0))
    fewer, more = sorted((rows, columns))
    table = costs if rows <= columns else costs.T
    best = min(
        sum(table[row, column] for row, column in enumerate(order))
        for order in permutations(range(more), fewer)
    )
    assert found == pytest.approx(best)


def test_nobody_is_paired_above_the_limit() -> None:
    """What is too far apart is nobody's, and does not keep others from their own."""
    costs = np.array([[0.1, 0.9, np.inf], [0.2, np.inf, np.inf]])
    assert assign(costs, 0.5) == [(0, 0)]
    assert assign(np.array([[0.1, 0.3], [0.2, np.inf]]), 0.5) == [(0, 1), (1, 0)]
    assert assign(np.zeros((0, 3)), 0.5) == []
