"""A camera on its page: its picture with what is drawn over it, its health, its zones; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.api.camera_now import CameraNow, CameraState
from edge.api.ui.camera.words import STATES, VERDICTS
from edge.api.ui.device.reasons import Reason, device_reason
from edge.model import Quality, Reading, Text
from edge.vision.findings import Ill, Verdict
from edge.vision.names import ILLS, name_of
from edge.vision.sections.zone import ZoneSection

WIDE: Final = 1000
"""Units of the drawing over a picture from left to right."""

USUAL: Final = (16, 9)
"""Of a picture that has not come yet."""

_COMMAND: Final = re.compile(r"`(whistle [^`]+)`")

Corners: TypeAlias = Sequence[tuple[float, float]]
Shape: TypeAlias = Literal["area", "line", "mask"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IllLine:
    """One way in which a picture can be ill."""

    text: Text
    verdict: Verdict | None
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLine:
    """What is watched for in a zone; `value` is none where nobody knows, `unable` why not."""

    text: Text
    path: str
    value: bool | None
    at: datetime | None
    unable: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A zone or mask over the picture; `points` in the drawing's units, `x`, `y` of its name."""

    id: str
    name: Text
    shape: Shape
    points: str
    x: int
    y: int
    watches: tuple[WatchLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A model that is lacking; `commands` are those that get it, as they are typed."""

    words: Text
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraShown:
    """What the page shows of a camera; `high` of the drawing, which is `WIDE` wide.

    `may` look at the picture; `amiss` is what does not go well.
    """

    id: str
    standing: CameraState
    words: Text
    since: datetime | None
    may: bool
    high: int
    size: str
    fps: float | None
    age_s: float | None
    counts: tuple[int, int, int] | None
    memory: int | None
    ills: tuple[IllLine, ...]
    zones: tuple[Drawn, ...]
    masks: tuple[Drawn, ...]
    missing: Missing | None
    amiss: tuple[Reason, ...]


def shown(camera: CameraNow, readings: Mapping[str, Reading], *, may: bool) -> CameraShown:
    """A camera as it is."""
    state, opened = camera.state, camera.opened
    high = high_of(opened.width, opened.height) if opened else high_of(*USUAL)
    name = camera.device.id
    return CameraShown(
        id=name,
        standing=camera.standing,
        words=STATES[camera.standing],
        since=camera.link.at if camera.link else None,
        may=may,
        high=high,
        size=f"{opened.width} × {opened.height} {opened.codec}".strip() if opened else "",
        fps=state.fps if state else None,
        age_s=state.age_s if state else None,
        counts=(state.analysed, state.wanted, state.shed) if state else None,
        memory=state.memory if state else None,
        ills=tuple(_ill(ill, camera) for ill in ILLS),
        zones=tuple(
            _zone(camera, zone, section, high, readings)
            for zone, section in camera.address.zones.items()
        ),
        masks=tuple(
            _drawn(f"mask-{at}", _MASK, "mask", corners, high)
            for at, corners in enumerate(camera.address.private, 1)
        ),
        missing=_missing(state.missing) if state and state.missing else None,
        amiss=tuple(
            device_reason(words) for kind, words in camera.amiss.items() if kind != "missing"
        ),
    )


def high_of(width: int, height: int) -> int:
    """How high the drawing over a picture of that size is."""
    return max(1, round(WIDE * height / width)) if width > 0 else high_of(*USUAL)


def points_of(corners: Corners, high: int) -> str:
    """Places in parts of a picture as the points of a drawing over it."""
    return " ".join(f"{round(x * WIDE)},{round(y * high)}" for x, y in corners)


_MASK: Final = Text("遮盖", "Blacked out")


def _ill(ill: Ill, camera: CameraNow) -> IllLine:
    verdict = camera.state.ills.get(ill) if camera.state else None
    words = VERDICTS[verdict] if verdict else Text("不知道", "not known")
    return IllLine(text=ILLS[ill], verdict=verdict, words=words)


def _zone(
    camera: CameraNow, zone: str, section: ZoneSection, high: int, readings: Mapping[str, Reading]
) -> Drawn:
    corners = section.area or section.line or ()
    shape: Shape = "area" if section.area else "line"
    unable = camera.state.unable if camera.state else {}
    watches = tuple(
        _watch(
            each.what,
            f"{camera.device.id}/{zone}.{each.what}",
            readings,
            unable.get(f"{zone}.{each.what}", ""),
        )
        for each in section.watch
    )
    return _drawn(zone, section.name.plain(), shape, corners, high, watches)


def _watch(what: str, path: str, readings: Mapping[str, Reading], unable: str) -> WatchLine:
    reading = readings.get(path)
    known = reading is not None and reading.quality is not Quality.BAD and not unable
    value = reading.value if reading is not None and known else None
    return WatchLine(
        text=name_of(what),
        path=path,
        value=value if isinstance(value, bool) else None,
        at=reading.at if reading else None,
        unable=device_reason(unable) if unable else None,
    )


def _drawn(  # noqa: PLR0913, PLR0917 - what is drawn
    name: str,
    text: Text,
    shape: Shape,
    corners: Corners,
    high: int,
    watches: tuple[WatchLine, ...] = (),
) -> Drawn:
    top = min(corners, key=lambda corner: (corner[1], corner[0]), default=(0.0, 0.0))
    return Drawn(
        id=name,
        name=text,
        shape=shape,
        points=points_of(corners, high),
        x=min(round(top[0] * WIDE) + 6, WIDE - 120),
        y=max(round(top[1] * high) + 22, 22),
        watches=watches,
    )


def _missing(said: str) -> Missing:
    reason = device_reason(said)
    return Missing(words=reason.what, commands=tuple(_COMMAND.findall(said)))
