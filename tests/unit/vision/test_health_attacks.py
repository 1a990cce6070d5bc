"""What is done to a camera is noticed on real clips, in its time, and ends when it is over."""

from __future__ import annotations

import pytest

from tests.fakes.clips import CAR, PEOPLE, WORKER, clip
from tests.fakes.health_scene import (
    ATTACKS,
    SECTION,
    SLACK_S,
    after_s,
    scene,
    times,
    told,
    yes,
)

WIDTH = 320
RATE = 2.5
"""Pictures a second: enough to be judged by, and half as dear as five."""
WELL_S = SECTION.well_after.total_seconds()
LEFT_TO_THE_BENCH = ("cover_right_half", "blur", "blur_heavy", "shift", "turn", "corrupt")
"""Those that are like another one; `tests.bench.picture_health` has all of them on all clips."""
ON_CLIPS = [
    *((attack, WORKER) for attack in ATTACKS if attack not in LEFT_TO_THE_BENCH),
    *((attack, PEOPLE) for attack in ("cover_left_half", "shift_little")),
    # A road with hardly any texture: what hides all of it is seen all the same.
    *((attack, CAR) for attack in ("cover",)),
]


@pytest.mark.parametrize(("attack", "name"), ON_CLIPS)
def test_an_attack_is_told_alone_and_ends(attack: str, name: str) -> None:
    """Each is told within its time and two seconds, so is its end, and no other ill is."""
    ill, change = ATTACKS[attack]
    shown = clip(name, width=WIDTH, per_second=RATE)
    frames, since, until = scene(shown, change, lasting=after_s(ill) + 3, rest=WELL_S + SLACK_S + 1)
    said = told(frames)
    found = times(said, ill, since, until)
    assert found is not None, "never told"
    noticed, over = found
    assert after_s(ill) - 0.5 <= noticed <= after_s(ill) + SLACK_S
    assert WELL_S - 0.5 <= over <= WELL_S + SLACK_S
    assert [each for each, _ in yes(said)] == [ill]
