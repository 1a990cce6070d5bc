"""What befalls a camera in the first seconds of a session, and what nothing can tell."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from edge.vision.health import Health
from simulators import attacks
from tests.fakes.clips import CAR, CLIPS, PEOPLE, WORKER, clip
from tests.fakes.health_scene import (
    ATTACKS,
    SECTION,
    SLACK_S,
    after_s,
    changed,
    seed,
    times,
    told,
    yes,
)

RATE = 2.5
COVERS = [
    (CAR, "cover", 5.5),
    (CAR, "cover_white", 7.0),
    (PEOPLE, "cover_left_half", 5.5),
    (PEOPLE, "cover_left_half", 7.0),
    (WORKER, "cover_lower_60", 5.5),
]


@pytest.mark.parametrize(("name", "attack", "since"), COVERS)
def test_a_cover_is_told_as_soon_as_five_seconds_were_seen(
    name: str, attack: str, since: float
) -> None:
    """Within its usual time, and before that nothing is called well that was not seen."""
    shown = clip(name, width=320, per_second=RATE).frames(since + 10)
    said = told(changed(shown, ATTACKS[attack][1], since, since + 10))
    found = times(said, "covered", since, since + 10)
    assert found is not None, "never told"
    assert after_s("covered") - 0.5 <= found[0] <= after_s("covered") + SLACK_S
    assert [ill for ill, _ in yes(said)] == ["covered"]


@pytest.mark.parametrize("name", CLIPS)
def test_while_it_learns_nothing_is_said_of_the_view(name: str) -> None:
    """Four seconds of a session: covered, moved and defocused are not observable."""
    health = Health(SECTION)
    told(clip(name, width=320, per_second=RATE).frames(4), health)
    assert {health.ills[ill] for ill in ("covered", "moved", "defocused")} == {"not_observable"}


@pytest.mark.parametrize("colour", [(200, 200, 195), (30, 40, 60)])
def test_a_cover_of_what_has_no_texture_is_not_called_well(colour: tuple[int, int, int]) -> None:
    """Half of a bare road is hidden: nothing was there by which to know."""
    shown = clip(CAR, width=320, per_second=RATE).frames(20)
    health = Health(SECTION)
    hide = lambda i, t: attacks.cover(i, 0.45, side="bottom", colour=colour, seed=seed(t))  # noqa: E731 - one use
    told(changed(shown, hide, 8, 20), health)
    assert health.ills["covered"] != "no"


@pytest.mark.parametrize("name", [CAR, WORKER])
def test_no_light_at_all_is_dark(name: str) -> None:
    """The lights go out and nothing remains: a black cover looks the same, and is rarer."""
    shown = clip(name, width=320, per_second=RATE).frames(20)
    assert [ill for ill, _ in yes(told(changed(shown, lambda i, _: np.zeros_like(i), 8, 20)))] == [
        "dark"
    ]


def test_what_is_smeared_over_the_lens_is_covered() -> None:
    """Paint has its own broad pattern, and none of the view's."""
    chance = np.random.default_rng(5)
    blots = chance.integers(60, 200, (6, 10, 3), dtype=np.uint8)
    shown = clip(WORKER, width=320, per_second=RATE)

    height, width = shown.images[0].shape[:2]
    smear = np.asarray(cv2.resize(blots, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)
    frames = (replace(f, image=smear) if f.t >= 8 else f for f in shown.frames(16))
    assert [ill for ill, _ in yes(told(frames))][:1] == ["covered"]
