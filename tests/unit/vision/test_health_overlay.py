"""What a camera writes into its picture is neither torn nor alive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import product

import pytest

from edge.vision.health.blocks import Blocks
from edge.vision.pictures import Frame
from simulators import attacks, light
from simulators.overlay import written
from tests.fakes.clips import CAR, PEOPLE, WORKER, clip
from tests.fakes.coded import recoded
from tests.fakes.health_scene import seed, told, yes

RATE = 3.2


HOW: tuple[dict[str, bool], ...] = (
    {},
    {"black": True},
    {"bar": True},
    {"bar": True, "black": True},
)
WAYS: list[Callable[[Iterable[Frame]], Iterable[Frame]]] = [
    lambda frames: recoded(frames, crf=27, per_second=3),
    lambda frames: (replace(f, image=light.jpeg(f.image, 60)) for f in frames),
]


def clock(frames: Iterable[Frame], size: float, y: int, x: int = 8, **how: bool) -> Iterator[Frame]:
    """Yield the frames with a clock that goes on each second, its letters' foot at line `y`."""
    for frame in frames:
        words = f"2026-01-01 Thu 22:{int(frame.t) // 60:02}:{int(frame.t) % 60:02}"
        yield replace(frame, image=written(frame.image, words, size=size, x=x, y=y, **how))


@pytest.mark.parametrize("name", [PEOPLE, WORKER])
@pytest.mark.parametrize("width", [320, 480])
@pytest.mark.parametrize("y", [16, 24, 130])
def test_a_clock_in_the_picture_is_no_broken_stream(name: str, width: int, y: int) -> None:
    """White or black, on a bar or not, in any row, large or small, a letter on each border."""
    shown = clip(name, width=width, per_second=RATE)
    for size, x, how in product((0.4, 1.0, 2.0), (1, 8), HOW):
        blocks = Blocks()
        broken = [
            blocks.broken(frame.image, frame.t)
            for frame in clock(shown.frames(3), size, y, x=x, **how)
        ]
        assert sum(broken) <= 1, (size, x, how)


@pytest.mark.parametrize("name", [CAR, WORKER])
@pytest.mark.parametrize("way", WAYS)
def test_nor_once_it_is_coded(name: str, way: Callable[[Iterable[Frame]], Iterable[Frame]]) -> None:
    """Through H.264 and JPEG, a clock above and a name below."""
    shown = clip(name, width=320, per_second=RATE).frames(9)
    named = (replace(f, image=written(f.image, "CAM 01 Gate", size=0.9, y=170)) for f in shown)
    assert yes(told(way(clock(named, 0.7, 24)))) == []


def test_a_stream_that_breaks_under_a_clock_is_told() -> None:
    """What is always torn is left out, what breaks now is not, for as long as it does."""
    shown = clip(WORKER, width=320, per_second=RATE).frames(60)
    blocks = Blocks()
    broken = [
        blocks.broken(attacks.corrupt(f.image, 0.3, seed=seed(f.t)) if f.t > 5 else f.image, f.t)
        for f in clock(shown, 1.0, 24, bar=True)
    ]
    assert sum(broken[: int(4 * RATE)]) == 0
    assert sum(broken[int(5 * RATE) + 1 :]) > 0.9 * len(broken[int(5 * RATE) + 1 :])


def test_a_stream_that_is_broken_from_the_start_is_told() -> None:
    """Nothing that much of a picture shows is writing."""
    blocks = Blocks()
    shown = clip(WORKER, width=320, per_second=RATE).frames(10)
    assert all(blocks.broken(attacks.corrupt(f.image, 0.6, seed=seed(f.t)), f.t) for f in shown)
