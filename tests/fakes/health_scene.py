"""A camera's picture over a minute, with what befalls it, and what its health says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final, TypeAlias

from edge.vision.findings import Ill, Verdict
from edge.vision.health import Health
from edge.vision.pictures import Frame, Image
from edge.vision.sections.zone import HealthSection
from simulators import attacks, light
from tests.fakes.clips import Clip

Change: TypeAlias = Callable[[Image, float], Image]
"""What is done to a picture; the time since it began, in seconds."""

SINCE: Final = 8.0
SLACK_S: Final = 2.0
"""An ill has to be told within its configured time and so much more, and so it has to end."""
SECTION: Final = HealthSection(
    defocused_after=timedelta(seconds=6),
    dark_after=timedelta(seconds=6),
    moved_after=timedelta(seconds=7),
)
"""The usual times, but for three that would only make the scenes longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change of a verdict."""

    t: float
    ill: Ill
    verdict: Verdict


def seed(t: float) -> int:
    """Return another number for each picture."""
    return round(t * 1000)


ATTACKS: Final[Mapping[str, tuple[Ill, Change]]] = {
    "cover": ("covered", lambda i, t: attacks.cover(i, seed=seed(t))),
    "black": ("dark", lambda i, _: i * 0),
    "cover_white": ("covered", lambda i, t: attacks.cover(i, colour=(190, 195, 200), seed=seed(t))),
    "cover_left_half": ("covered", lambda i, t: attacks.cover(i, 0.5, seed=seed(t))),
    "cover_right_half": ("covered", lambda i, t: attacks.cover(i, 0.5, side="right", seed=seed(t))),
    "cover_lower_60": ("covered", lambda i, t: attacks.cover(i, 0.6, side="bottom", seed=seed(t))),
    "blur": ("defocused", lambda i, t: light.grain(attacks.blur(i), 1, seed=seed(t))),
    "blur_slight": ("defocused", lambda i, t: light.grain(attacks.blur(i, 0.005), 1, seed=seed(t))),
    "blur_heavy": ("defocused", lambda i, t: light.grain(attacks.blur(i, 0.03), 1, seed=seed(t))),
    "blur_grainy": ("defocused", lambda i, t: light.grain(attacks.blur(i), 3, seed=seed(t))),
    "shift": ("moved", lambda i, _: attacks.shift(i, 0.1, 0.03)),
    "shift_little": ("moved", lambda i, _: attacks.shift(i, 0.02)),
    "turn": ("moved", lambda i, _: attacks.shift(i, 0.5, -0.1)),
    "rotate": ("moved", lambda i, _: attacks.shift(i, rotate=5)),
    "darken": ("dark", lambda i, t: attacks.darken(i, seed=seed(t))),
    "corrupt": ("corrupt", lambda i, t: attacks.corrupt(i, seed=seed(t))),
    "corrupt_little": ("corrupt", lambda i, t: attacks.corrupt(i, 0.1, seed=seed(t))),
}
HARMLESS: Final[Mapping[str, Change]] = {
    "untouched": lambda i, _: i,
    "lamps_off": lambda i, t: light.lamps(i, 0, seed=seed(t)),
    "lamps_dim": lambda i, t: light.lamps(i, 0.35, seed=seed(t)),
    "infrared": lambda i, t: light.infrared(i, seed=seed(t)),
    "dusk": lambda i, t: light.daylight(i, max(0.3, 1 - t / 30)),
    "sun": lambda i, _: light.daylight(i, 1.6),
    "grain": lambda i, t: light.grain(i, 6, seed=seed(t)),
    "rain": lambda i, t: light.rain(i, seed=seed(t)),
    "jpeg": lambda i, _: light.jpeg(i, 12),
    "drift": lambda i, t: attacks.shift(i, 0.004 * t / 20, 0.002 * t / 20),
    "bus": lambda i, t: attacks.passing_bus(i, min(t, 1.5) / 2 if t < 4.5 else (t - 3) / 2),
}
"""What must not be told as an ill; but that no lamp is on is dark."""


def changed(frames: Iterable[Frame], change: Change, since: float, until: float) -> Iterator[Frame]:
    """Yield the frames, those from `since` until `until` changed."""
    for frame in frames:
        if since <= frame.t < until:
            yield replace(frame, image=change(frame.image, frame.t - since))
        else:
            yield frame


def frozen(frames: Iterable[Frame], since: float, until: float) -> Iterator[Frame]:
    """Yield the frames, those from `since` until `until` with the first one's picture."""
    held: Image | None = None
    for frame in frames:
        if since <= frame.t < until:
            held = frame.image if held is None else held
            yield replace(frame, image=held)
        else:
            yield frame


def told(frames: Iterable[Frame], health: Health | None = None) -> Sequence[Told]:
    """Return what a camera's health says of the frames, each change once."""
    health = health or Health(SECTION)
    said: list[Told] = []
    before: Mapping[Ill, Verdict] = health.ills
    for frame in frames:
        health.see(frame)
        now = health.ills
        said += [
            Told(t=frame.t, ill=ill, verdict=verdict)
            for ill, verdict in now.items()
            if verdict != before[ill]
        ]
        before = now
    return said


def yes(said: Sequence[Told]) -> list[tuple[Ill, float]]:
    """Return the ills that were told, and when."""
    return [(each.ill, each.t) for each in said if each.verdict == "yes"]


def after_s(ill: Ill, section: HealthSection = SECTION) -> float:
    """Return how long an ill has to last."""
    given: timedelta = getattr(section, f"{ill}_after")
    return given.total_seconds()


def times(said: Sequence[Told], ill: Ill, since: float, until: float) -> tuple[float, float] | None:
    """Return how long it took to notice an ill, and once it was over to say so; else None."""
    began = next((each.t for each in said if each.ill == ill and each.verdict == "yes"), None)
    if began is None:
        return None
    ended = next((s.t for s in said if s.ill == ill and s.verdict == "no" and s.t > began), None)
    return began - since, float("inf") if ended is None else ended - until


def scene(
    clip: Clip, change: Change, *, lasting: float = 14.0, rest: float = 8.0
) -> tuple[Iterator[Frame], float, float]:
    """Return a clip with a change from the eighth second on, and when that begins and ends."""
    until = SINCE + lasting
    return changed(clip.frames(until + rest), change, SINCE, until), SINCE, until
