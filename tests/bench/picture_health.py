"""How fast picture health notices what befalls real clips, and what it costs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from time import thread_time

import cv2
import numpy as np

from edge.vision.findings import Ill
from edge.vision.health import Health
from edge.vision.motion import Motion
from edge.vision.pictures import Frame
from tests.fakes.clips import CLIPS, Clip, clip
from tests.fakes.coded import recoded
from tests.fakes.health_scene import (
    ATTACKS,
    HARMLESS,
    SECTION,
    SINCE,
    SLACK_S,
    after_s,
    frozen,
    scene,
    times,
    told,
    yes,
)

WAYS: dict[str, Callable[[Iterable[Frame]], Iterator[Frame]]] = {
    "": iter,
    "h264 34": lambda frames: recoded(frames, crf=34),
}


def main() -> None:
    """Print the table, and what one picture costs.

    Where an ill is never told the verdict stands that there was instead.
    """
    say(f"{'clip':8}{'attack':18}{'way':9}{'ill':11}{'noticed':>8}{'over':>7}  besides")
    for name in CLIPS:
        shown = clip(name, width=480, per_second=5)
        for way, coded in WAYS.items():
            for attack, (ill, change) in ATTACKS.items():
                frames, since, until = scene(shown, change)
                row(name, attack, way, ill, coded(frames), since, until)
            still = frozen(shown.frames(30), SINCE, 22)
            row(name, "freeze", way, "frozen", coded(still), SINCE, 22)
            for calm, change in HARMLESS.items():
                frames, *_ = scene(shown, change, lasting=25)
                others = yes(told(coded(frames)))
                say(f"{short(name):8}{calm:18}{way:9}{'-':11}{'':>8}{'':>7}  {listed(others)}")
        whole(shown)
    cost()


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def row(  # noqa: PLR0913, PLR0917 - the columns of a table
    name: str, attack: str, way: str, ill: Ill, frames: Iterator[Frame], since: float, until: float
) -> None:
    """Print one line of the table."""
    said = told(frames)
    found = times(said, ill, since, until)
    others = [each for each in yes(said) if each[0] != ill]
    words = f"{short(name):8}{attack:18}{way:9}{ill:11}"
    if found is None:
        held = [each.verdict for each in said if each.ill == ill and each.t <= until]
        instead = f"({held[-1] if held else 'not_observable'})"
        say(f"{words}{'never':>8}{'':>7}  {instead} {listed(others)}")
    else:
        late = found[0] > after_s(ill) + SLACK_S or found[1] > 3 + SLACK_S
        over = f"{found[0]:8.1f}{found[1]:7.1f}"
        say(f"{words}{over}  {'LATE ' if late else ''}{listed(others)}")


def whole(shown: Clip) -> None:
    """Print what is told of two minutes of the clip, untouched."""
    said = told(shown.frames(120))
    say(f"{short(shown.name):8}{'two minutes':27}{'-':26}  {listed(yes(said))}")


def listed(others: list[tuple[Ill, float]]) -> str:
    """Return ills and their times in words."""
    return " ".join(f"{ill}@{t:.0f}s" for ill, t in others)


def short(name: str) -> str:
    """Return a clip's name without where it is from."""
    return name.removeprefix("intel_").partition("-")[0]


def cost() -> None:
    """Print milliseconds for a judged picture, a second of 25 pictures, and a look for motion."""
    for width, height in ((768, 432), (1920, 1080)):
        shown = clip(CLIPS[0], width=768, per_second=5)
        images = [cv2.resize(image, (width, height)) for image in shown.images[:50]]
        pictures = [np.asarray(image, np.uint8) for image in images]
        health, motion = Health(SECTION), Motion()
        frames = [
            Frame(image, each.t, each.at)
            for image, each in zip(pictures, shown.frames(), strict=False)
        ]
        begun = thread_time()
        for frame in frames:
            health.see(frame)
        judged = (thread_time() - begun) / len(frames) * 1e3
        begun = thread_time()
        for frame in frames:
            motion.see(frame.image, frame.t)
        moved = (thread_time() - begun) / len(frames) * 1e3
        say(
            f"{width}×{height}: {judged:.2f} ms a judged picture (five a second), "
            f"{5 * judged / 25:.2f} ms a frame at 25 fps; motion {moved:.2f} ms"
        )


if __name__ == "__main__":
    main()
