"""Lines that are crossed, crowds, posts without a guard."""

from __future__ import annotations

import pytest

from edge.vision.findings import Finding
from tests.fakes.walks import Eyes, Way, findings, scenes
from tests.fakes.watches import watch

LINE = ((0.5, 1.0), (0.5, 0.2))
"""Upwards in the middle: right is at the right of the picture."""
POST = Way([(0, 0.5, 0.8), (60, 0.5, 0.8)])


def crossed(
    ways: list[Way], until: float, eyes: Eyes | None = None, **options: object
) -> list[str]:
    """Which way the line was crossed, in order; each is a begin and an end at once."""
    found = findings(watch("line_crossing", line=LINE, **options), scenes(ways, until, 5, eyes))
    assert [each.phase for each in found] == ["begin", "end"] * (len(found) // 2)
    assert all(each.dwell_s == 0 for each in found)
    assert len({each.object for each in found}) == len(found) // 2
    return [each.label for each in found if each.phase == "begin"]


def test_a_line_is_crossed_once_and_in_a_direction() -> None:
    """There and back again."""
    way = Way([(0, 0.2, 0.8), (6, 0.8, 0.8), (12, 0.2, 0.8)])
    assert crossed([way], 12) == ["person left_to_right", "person right_to_left"]
    assert crossed([way], 12, direction="right_to_left") == ["person right_to_left"]


def test_who_stands_on_the_line_does_not_cross_it_all_the_time() -> None:
    """A minute on the line with a box that trembles: one crossing, when he goes on."""
    way = Way([(0, 0.2, 0.8), (3, 0.5, 0.8), (60, 0.501, 0.8), (63, 0.8, 0.8)])
    assert crossed([way], 63, Eyes(trembles=0.03, missed=0.1)) == ["person left_to_right"]


def test_who_turns_back_at_the_line_has_not_crossed_it() -> None:
    """One foot over it is not over it."""
    way = Way([(0, 0.2, 0.8), (3, 0.498, 0.8), (4, 0.502, 0.8), (7, 0.2, 0.8)])
    assert crossed([way], 7, Eyes(trembles=0.02)) == []


def test_who_is_hidden_while_he_crosses_has_crossed() -> None:
    """A lamp post at the line."""
    way = Way([(0, 0.2, 0.8), (6, 0.8, 0.8)], hidden=[(2.6, 3.4)])
    assert crossed([way], 6) == ["person left_to_right"]


def test_who_walks_past_the_end_of_the_line_has_not_crossed_it() -> None:
    """It reaches up to a fifth below the picture's top."""
    assert crossed([Way([(0, 0.2, 0.15), (6, 0.8, 0.15)], height=0.1)], 6) == []


def crowd(count: int, since: float, until: float) -> list[Way]:
    """So many who stand in the middle."""
    places = [(0.34 + 0.05 * number, 0.6 + 0.06 * (number % 3)) for number in range(count)]
    return [Way([(since, *place), (until, *place)], height=0.2) for place in places]


def test_a_crowd_is_so_many_for_so_long() -> None:
    """Four from 5 s on, five from 20 s to 50 s, of five for 10 s."""
    ways = [*crowd(5, 20, 50)[4:], *crowd(4, 5, 70)]
    found = findings(watch("crowding", count=5, after="10s"), scenes(ways, 75, 3, Eyes(missed=0.1)))
    kept = [each for each in found if each.phase != "update"]
    assert [each.phase for each in kept] == ["begin", "end"]
    assert kept[0].t == pytest.approx(30, abs=1)
    assert kept[1].dwell_s == pytest.approx(30, abs=1.5)
    assert kept[0].box is not None
    assert kept[0].box.right - kept[0].box.left > 0.15
    assert findings(watch("crowding", count=6, after="10s"), scenes(ways, 75, 2)) == []


def absent(ways: list[Way], until: float, eyes: Eyes | None = None) -> list[Finding]:
    """What is said of a post that may be left for 10 s."""
    found = findings(watch("absence", after="10s"), scenes(ways, until, 2, eyes))
    return [each for each in found if each.phase != "update"]


def test_a_post_is_left_since_the_guard_was_there_last() -> None:
    """Walks off at 60 s, is back at 100 s: told at 70 s with its since, over when he is back."""
    off = Way([*POST.stops, (64, 0.9, 0.8)])
    back = Way([(98, 0.9, 0.8), (102, 0.5, 0.8), (140, 0.5, 0.8)])
    begin, end = absent([off, back], 140)
    assert (begin.phase, end.phase) == ("begin", "end")
    assert begin.since == pytest.approx(62, abs=1)
    assert begin.t == pytest.approx(72, abs=1.5)
    assert end.t == pytest.approx(102, abs=2.5)
    assert end.dwell_s == pytest.approx(38, abs=2.5)


def test_a_guard_who_is_found_now_and_then_is_there() -> None:
    """In two pictures of five."""
    assert absent([POST], 60, Eyes(missed=0.6, seed=2)) == []


def test_nobody_from_the_beginning_on_is_absence_from_the_beginning_on() -> None:
    """Without ever having seen somebody."""
    (begin,) = absent([], 30)
    assert begin.since == 0
    assert begin.t == pytest.approx(10, abs=0.6)


def test_what_nobody_looked_at_is_no_absence() -> None:
    """A detector that is gone for a minute, a lens that is covered: the waiting begins anew."""
    post = watch("absence", after="10s")
    seen = [scene for scene in scenes([], 120, 2) if not 8 < scene.frame.t < 100]
    begin, *_ = findings(post, iter(seen))
    assert begin.since == pytest.approx(100, abs=0.6)
    post = watch("absence", after="10s")
    assert findings(post, scenes([], 8, 2)) == []
    post.interrupt()
    assert findings(post, (scene for scene in scenes([], 25, 2) if scene.frame.t > 17)) == []
