"""A camera's eyes: when they ask, what they say, when they keep silent."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

import pytest

from edge.vision.camera.looker import Looker
from edge.vision.findings import Finding
from edge.vision.pictures import Frame
from edge.vision.sections.zone import CameraAddress
from simulators.attacks import cover
from tests.fakes.scripted_detector import Scripted
from tests.fakes.walks import Way
from tests.fakes.watches import address

STAYS = Way([(3, 0.1, 0.8), (6, 0.5, 0.8), (100, 0.52, 0.8)])


def looker(script: Scripted, given: CameraAddress) -> Looker:
    """A camera's eyes with a scripted detector."""
    return Looker(given, ZoneInfo("Asia/Shanghai"), script, camera="camera-1")


def shown(eyes: Looker, frames: Iterable[Frame]) -> list[Finding]:
    """All that is said while these pictures come."""
    found: list[Finding] = []
    for frame in frames:
        eyes.see(frame)
        if eyes.due(frame.t):
            found += eyes.look(frame)
    return found


def ill(eyes: Looker) -> bool:
    """Whether the lens is found covered."""
    return eyes.ills["covered"] == "yes"


def bagged(script: Scripted, since: float, until: float) -> Iterable[Frame]:
    """The same pictures with something before the lens."""
    for number, each in enumerate(script.frames(since, until)):
        yield script.frame(cover(each.image, seed=number))


def test_so_many_pictures_a_second_are_looked_at() -> None:
    """Five of ten, of 12.5, of 30 that come; all where fewer come."""
    for per_second, expected in ((10, 5.0), (12.5, 5.0), (30, 5.0), (2, 2.0)):
        eyes = looker(Scripted(), address())
        times = (number / per_second for number in range(int(per_second * 20)))
        assert sum(eyes.due(t) for t in times) / 20 == pytest.approx(expected, rel=0.05)


def test_an_empty_yard_is_looked_at_now_and_then_and_a_person_at_once() -> None:
    """Every two seconds while nothing moves; five times a second from when somebody does."""
    script = Scripted([Way([(12, 0.1, 0.8), (18, 0.9, 0.8)])])
    eyes = looker(script, address())
    found = shown(eyes, script.frames(0, 20, 10))
    quiet = [t for t in script.asked if 4 < t < 11.5]
    lively = [t for t in script.asked if 13 < t < 17.5]
    assert 3 <= len(quiet) <= 5
    assert len(lively) >= 20
    assert [each.phase for each in found][:1] == ["begin"]
    assert (eyes.wanted, eyes.shed, eyes.analysed) == (len(script.asked), 0, 100)


def test_nobody_is_asked_where_no_zone_needs_it() -> None:
    """Falling things are found by arithmetic alone; without zones nothing is asked either."""
    for given in (CameraAddress(), address("thrown_object")):
        script = Scripted([STAYS])
        eyes = looker(script, given)
        shown(eyes, script.frames(0, 8))
        assert (script.asked, eyes.missing) == ([], "")


def test_without_a_model_it_says_what_is_missing_and_goes_on() -> None:
    """Asked every few seconds, in case it comes; health and motion are as before."""
    script = Scripted([STAYS])
    script.unable = "the model is not here: `whistle models pull scripted`"
    eyes = looker(script, address())
    assert shown(eyes, script.frames(0, 12)) == []
    assert eyes.missing == f"scripted: {script.unable}"
    assert len(script.asked) <= 3
    assert eyes.analysed == 60
    assert not ill(eyes)
    script.unable = ""
    assert shown(eyes, script.frames(12, 20))[0].phase == "begin"
    assert eyes.missing == ""


def test_a_watch_that_cannot_tell_says_why() -> None:
    """By zone and watch: a facade at ten a second, until enough come; others always can."""
    script = Scripted()
    facade, yard = looker(script, address("thrown_object")), looker(script, address())
    for eyes in (facade, yard):
        shown(eyes, script.frames(0, 3, 10))
    assert dict(yard.unable) == {}
    assert list(facade.unable) == ["yard.thrown_object"]
    assert "10 come" in facade.unable["yard.thrown_object"]
    shown(facade, script.frames(3, 6, 25))
    assert dict(facade.unable) == {}


def test_what_the_detector_has_no_time_for_is_counted_and_ends_nothing() -> None:
    """Eight seconds without an answer: nobody has left, nobody has come."""
    script = Scripted([STAYS])
    eyes = looker(script, address("loitering", after="5s"))
    assert [each.phase for each in shown(eyes, script.frames(0, 12))] == ["begin"]
    script.busy = True
    assert shown(eyes, script.frames(12, 20)) == []
    assert eyes.shed > 5
    script.busy = False
    assert {each.phase for each in shown(eyes, script.frames(20, 32))} == {"update"}


def test_a_covered_lens_neither_begins_nor_ends() -> None:
    """Fifteen seconds of a bag before the lens: the same episode goes on behind it."""
    script = Scripted([STAYS])
    eyes = looker(script, address("loitering", after="5s"))
    found = shown(eyes, script.frames(0, 15))
    covered = shown(eyes, bagged(script, 15, 30))
    assert [each.phase for each in (*found, *covered) if each.phase != "update"] == ["begin"]
    assert ill(eyes)
    assert eyes.tracks == ()
    found += shown(eyes, script.frames(30, 42))
    assert not ill(eyes)
    assert {each.object for each in found} == {"yard.loitering.1"}
    assert [each.phase for each in found].count("begin") == 1
    (end,) = eyes.close(42.0)
    assert end.dwell_s == pytest.approx(37, abs=1.5)


def test_a_covered_lens_is_no_absence() -> None:
    """A guard's post behind a bag: nobody knows whether he is there."""
    script = Scripted([Way([(0, 0.5, 0.8), (12, 0.5, 0.8)])])
    eyes = looker(script, address("absence", after="8s"))
    assert shown(eyes, script.frames(0, 12)) == []
    assert shown(eyes, bagged(script, 12, 28)) == []
    begin, *_ = shown(eyes, script.frames(28, 44))
    assert begin.since > 28


def test_only_what_is_watched_for_is_followed() -> None:
    """A dog in a yard that is watched for people."""
    script = Scripted([Way(STAYS.stops, label="dog"), Way([(3, 0.9, 0.8), (90, 0.8, 0.8)])])
    eyes = looker(script, address())
    shown(eyes, script.frames(0, 8))
    assert [track.label for track in eyes.tracks] == ["person"]
