"""A lane is occupied by what stands in it, not by what drives, and by each vehicle once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import numpy as np
import pytest

from edge.vision.analytics.standing import elsewhere
from edge.vision.findings import Box, Finding
from edge.vision.pictures import Frame, Scene
from tests.fakes.time import EPOCH
from tests.fakes.walks import Eyes, Way, findings, scenes
from tests.fakes.watches import watch

CAR: Final[dict[str, Any]] = {"height": 0.2, "wide": 1.8, "label": "car"}
LANE = ((0.2, 0.4), (0.8, 0.4), (0.8, 0.75), (0.2, 0.75))


def told(
    ways: list[Way], until: float, per_second: float = 3, eyes: Eyes | None = None
) -> list[Finding]:
    """What is said of a lane in which nobody may stand for 20 s."""
    seen = scenes(ways, until, per_second, eyes)
    found = findings(watch("lane_occupied", area=LANE, after="20s"), seen)
    return [each for each in found if each.phase != "update"]


def test_who_drives_through_does_not_occupy_the_lane() -> None:
    """Cars at 3 s and at 15 s from end to end, one after the other."""
    ways = [
        Way([(n * 8, 0.0, 0.6), (n * 8 + span, 1.0, 0.6)], **CAR)
        for n, span in enumerate((3, 15, 4, 12))
    ]
    assert told(ways, 60) == []


def test_a_queue_that_creeps_does_not_occupy_it() -> None:
    """A car that moves on by half its length every 8 s stands nowhere for 20 s."""
    stops = [(0.0, 0.1, 0.6)]
    for _ in range(8):
        t, x, y = stops[-1]
        stops += [(t + 6, x, y), (t + 8, x + 0.1, y)]
    assert told([Way(stops, **CAR)], 70, eyes=Eyes(trembles=0.03)) == []


def test_a_car_that_stops_occupies_it_once() -> None:
    """Comes to stand at 4 s, is told at 24 s, drives off at 60 s and is gone a second later."""
    stops = [(0, 0.0, 0.6), (4, 0.5, 0.6), (60, 0.5, 0.6), (63, 1.0, 0.6)]
    begin, end = told([Way(stops, **CAR)], 80, eyes=Eyes(trembles=0.03, missed=0.2))
    assert (begin.phase, end.phase, begin.object) == ("begin", "end", end.object)
    assert begin.t == pytest.approx(24, abs=2)
    assert begin.since == pytest.approx(4, abs=2)
    assert end.t == pytest.approx(63, abs=2)
    assert end.dwell_s == pytest.approx(58, abs=2)


def test_a_car_that_the_detector_hardly_knows_occupies_it_once() -> None:
    """Found in two pictures of five, as a car, a bus or a truck, for five minutes."""
    parked = Way([(0, 0.5, 0.6), (300, 0.5, 0.6)], **CAR)
    eyes = Eyes(missed=0.6, trembles=0.05, labels=("car", "bus", "truck"), seed=4)
    begin, end = told([parked], 330, 2, eyes)
    assert (begin.phase, end.phase) == ("begin", "end")
    assert end.dwell_s == pytest.approx(300, abs=3)


def test_two_cars_are_two_objects() -> None:
    """Side by side, the second ten seconds later."""
    ways = [
        Way([(0, 0.35, 0.6), (90, 0.35, 0.6)], **CAR),
        Way([(10, 0.6, 0.6), (60, 0.6, 0.6)], **CAR),
    ]
    found = told(ways, 120, eyes=Eyes(trembles=0.03))
    assert [each.phase for each in found] == ["begin", "begin", "end", "end"]
    assert len({each.object for each in found}) == 2
    assert [each.dwell_s for each in found[2:]] == pytest.approx([50, 90], abs=1.5)


def test_who_walks_past_in_front_changes_nothing() -> None:
    """People before a parked car hide parts of it, then all of it, and are no vehicles."""
    parked = Way([(0, 0.5, 0.6), (100, 0.5, 0.6)], hidden=[(31, 34), (50, 60)], **CAR)
    people = [Way([(n * 10, 0.1, 0.65), (n * 10 + 9, 0.9, 0.65)], height=0.35) for n in range(9)]
    begin, end = told([parked, *people], 125, 3)
    assert begin.t == pytest.approx(20, abs=1)
    assert end.dwell_s == pytest.approx(100, abs=1)


def test_a_car_beside_the_lane_is_not_in_it() -> None:
    """Its roof hides the lane behind it; where it stands counts."""
    beside = Way([(0, 0.5, 0.85), (90, 0.5, 0.85)], **CAR)
    assert told([beside], 90) == []


def test_a_covered_lens_neither_ends_nor_begins_it_anew() -> None:
    """A minute in which nothing can be seen, and new tracks after it: still the same car."""
    parked = Way([(0, 0.5, 0.6), (200, 0.5, 0.6)], **CAR)
    lane = watch("lane_occupied", area=LANE, after="20s")
    before = findings(lane, scenes([parked], 40, 2))
    lane.interrupt()
    after = findings(
        lane, (scene for scene in scenes([parked], 200, 2) if scene.frame.t > 100), close=True
    )
    assert [each.phase for each in (*before, *after)].count("begin") == 1
    assert after[-1].phase == "end"
    assert after[-1].dwell_s == pytest.approx(200, abs=1)


def test_what_stood_behind_a_cover_for_a_while_has_not_stood_there_long() -> None:
    """What had not been told begins anew: nobody saw whether it stayed."""
    lane = watch("lane_occupied", area=LANE, after="20s")
    stays = [Way([(since, 0.5, 0.6), (200, 0.5, 0.6)], **CAR) for since in (0, 50)]
    assert findings(lane, scenes(stays[:1], 15, 2)) == []
    lane.interrupt()
    begin, *_ = findings(lane, (scene for scene in scenes(stays[1:], 80, 2) if scene.frame.t >= 50))
    assert begin.t == pytest.approx(70, abs=1)


def test_half_hidden_is_not_moved() -> None:
    """What is hidden on one side keeps the other; what drives takes both along."""
    place = Box(0.4, 0.4, 0.6, 0.6)
    assert not elsewhere(place, Box(0.5, 0.4, 0.6, 0.6))
    assert not elsewhere(place, Box(0.4, 0.4, 0.6, 0.45))
    assert elsewhere(place, Box(0.46, 0.4, 0.66, 0.6))
    assert elsewhere(place, Box(0.45, 0.45, 0.55, 0.55))


def standing_block(colour: int, since: float, until: float) -> list[Scene]:
    """A lane with some texture at 5 pictures a second; a gray block stands in it for a while."""
    chance = np.random.default_rng(2)
    road = chance.integers(90, 130, (90, 160, 3), dtype=np.uint8)
    seen = []
    for number in range(int(until * 5) + 1):
        t = number / 5
        image = (road + chance.integers(0, 4, road.shape)).astype(np.uint8)
        if since <= t < until - 5:
            image[40:65, 60:105] = colour + (number % 3)
        at = EPOCH + timedelta(seconds=t)
        seen.append(Scene(frame=Frame(image, t, at), local=at, looked=number % 10 == 0))
    return seen


@pytest.mark.parametrize("since", [2.0, 12.0])
def test_what_no_detector_knows_blocks_the_lane_all_the_same(since: float) -> None:
    """Something as large as a car, on the word of the picture, and said so; it is gone at once."""
    lane = watch("lane_occupied", area=LANE, after="8s")
    found = findings(lane, iter(standing_block(220, since, 35)))
    begin, end = [each for each in found if each.phase != "update"]
    assert (begin.basis, begin.label, begin.model) == ("classical", "", "")
    assert begin.t == pytest.approx(since + 8, abs=2.5)
    assert end.dwell_s == pytest.approx(30 - since, abs=2.5)


def test_without_any_detector_the_picture_alone_is_gone_by() -> None:
    """No model on the gateway: what the picture can tell is told."""
    lane = watch("lane_occupied", area=LANE, after="8s")
    blind = (replace(scene, looked=False) for scene in standing_block(220, 3, 35))
    assert next(each.phase for each in findings(lane, blind)) == "begin"
