"""Zones and masks of a camera while they are drawn: what a form holds of each; pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from edge.api.ui.camera.watch_fields import fields_of, kinds_for, shown
from edge.files.yaml_file import Tree

Shape: TypeAlias = Literal["area", "line", "mask"]
SHAPES: Final[tuple[Shape, ...]] = ("area", "line", "mask")

MOST_SHAPES: Final = 40
MOST_CORNERS: Final = 40
"""As the site file allows; of more only so many are read from a form."""

FINE: Final = 5
"""Decimals of a place in the file: a fiftieth of a pixel of 1920."""

_BEGIN: Final[Mapping[Shape, Sequence[tuple[str, str]]]] = {
    "area": (("30", "40"), ("70", "40"), ("70", "80"), ("30", "80")),
    "line": (("30", "60"), ("70", "60")),
    "mask": (("10", "10"), ("30", "10"), ("30", "30"), ("10", "30")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchDraft:
    """One thing that is watched for; `values` by the names of its fields, as they are typed."""

    what: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShapeDraft:
    """A zone or a mask; corners in percent of the picture, as they are typed.

    `orig` is what the file calls it: a zone's id, a mask's number from 0; empty for a new one.
    """

    shape: Shape
    orig: str = ""
    id: str = ""
    zh: str = ""
    en: str = ""
    corners: tuple[tuple[str, str], ...]
    watches: tuple[WatchDraft, ...] = ()


Drafts: TypeAlias = tuple[ShapeDraft, ...]


def drafts_of(zones: Tree, private: Tree) -> Drafts:
    """What the file says; what it says in an odd way is shown as far as it can be."""
    found: list[ShapeDraft] = []
    for name, zone in zones.items() if isinstance(zones, dict) else ():
        if isinstance(zone, dict):
            found.append(_zone(name, zone))
    for at, corners in enumerate(private if isinstance(private, list) else ()):
        found.append(ShapeDraft(shape="mask", orig=str(at), corners=_corners(corners)))
    return tuple(found[:MOST_SHAPES])


def typed_drafts(form: Mapping[str, Sequence[str]]) -> Drafts:
    """What a form says; nonsense in it is nothing."""
    return tuple(_typed(form))


def stepped(drafts: Drafts, do: str, form: Mapping[str, Sequence[str]]) -> Drafts:
    """The drafts after a button: `add.area`, `drop.2`, `corner.2`, `uncorner.2.0`, and so on."""
    verb, *numbers = do.split(".")
    if verb == "add" and numbers and numbers[0] in SHAPES and len(drafts) < MOST_SHAPES:
        return (*drafts, _new(drafts, next(each for each in SHAPES if each == numbers[0])))
    at = [int(each) for each in numbers if each.isascii() and each.isdigit() and len(each) < 4]  # noqa: PLR2004 - no form has so many
    if not at or at[0] >= len(drafts):
        return drafts
    if verb == "drop":
        return (*drafts[: at[0]], *drafts[at[0] + 1 :])
    said = (form.get(f"s{at[0]}.add") or [""])[-1]
    changed = _changed(drafts[at[0]], verb, at[1] if len(at) > 1 else -1, said)
    return (*drafts[: at[0]], changed, *drafts[at[0] + 1 :])


def percent(part: Tree) -> str:
    """A part of the picture as percent, with no more digits than it has."""
    if isinstance(part, bool) or not isinstance(part, int | float) or not math.isfinite(part):
        return shown(part)
    return format(round(part * 100, FINE - 2), "g")


def part(text: str) -> Tree:
    """Percent as a part of the picture; what is no number is left for the check to say."""
    try:
        value = float(text.replace("，", ".").replace(",", "."))
    except ValueError:
        return text
    return round(value / 100, FINE) if math.isfinite(value) else text


def _zone(name: str, zone: Mapping[str, Tree]) -> ShapeDraft:
    shape: Shape = "line" if "line" in zone else "area"
    told = zone.get("name")
    names = told if isinstance(told, dict) else {}
    watches = zone.get("watch")
    return ShapeDraft(
        shape=shape,
        orig=name,
        id=name,
        zh=shown(names.get("zh")),
        en=shown(names.get("en")),
        corners=_corners(zone.get(shape)),
        watches=tuple(
            WatchDraft(
                what=shown(each.get("what")),
                values={key: shown(value) for key, value in each.items() if key != "what"},
            )
            for each in (watches if isinstance(watches, list) else ())
            if isinstance(each, dict)
        ),
    )


def _corners(said: Tree) -> tuple[tuple[str, str], ...]:
    pairs = said if isinstance(said, list) else []
    return tuple(
        (percent(each[0]), percent(each[1]))
        for each in pairs[:MOST_CORNERS]
        if isinstance(each, list) and len(each) == 2  # noqa: PLR2004 - across and down
    )


def _typed(form: Mapping[str, Sequence[str]]) -> Iterator[ShapeDraft]:
    def one(name: str) -> str:
        return (form.get(name) or [""])[-1].strip()

    for at in range(MOST_SHAPES):
        shape = next((each for each in SHAPES if each == one(f"s{at}.shape")), None)
        if shape is None:
            continue
        across, down = form.get(f"s{at}.x") or [], form.get(f"s{at}.y") or []
        corners = tuple(zip(across, down, strict=False))[:MOST_CORNERS]
        yield ShapeDraft(
            shape=shape,
            orig=one(f"s{at}.orig"),
            id=one(f"s{at}.id"),
            zh=one(f"s{at}.zh"),
            en=one(f"s{at}.en"),
            corners=tuple((x.strip(), y.strip()) for x, y in corners),
            watches=tuple(_watch(form, f"s{at}.w{number}") for number in _numbers(form, at)),
        )


def _numbers(form: Mapping[str, Sequence[str]], at: int) -> Iterator[int]:
    return (each for each in range(MOST_SHAPES) if form.get(f"s{at}.w{each}.what"))


def _watch(form: Mapping[str, Sequence[str]], name: str) -> WatchDraft:
    what = form[f"{name}.what"][-1]
    values = {
        field.name: ", ".join(each.strip() for each in said if each.strip())
        for field in fields_of(what)
        if (said := form.get(f"{name}.{field.name}")) is not None
    }
    return WatchDraft(what=what, values=values)


def _new(drafts: Drafts, shape: Shape) -> ShapeDraft:
    taken = {each.id for each in drafts}
    number = next(n for n in range(1, len(drafts) + 2) if f"zone-{n}" not in taken)
    zone = shape != "mask"
    what = kinds_for(shape)[0]
    return ShapeDraft(
        shape=shape,
        id=f"zone-{number}" if zone else "",
        zh=f"区域 {number}" if zone else "",
        en=f"Zone {number}" if zone else "",
        corners=tuple(_BEGIN[shape]),
        watches=(WatchDraft(what=what, values={}),) if zone else (),
    )


def _changed(draft: ShapeDraft, verb: str, number: int, said: str) -> ShapeDraft:
    match verb:
        case "corner" if draft.corners and len(draft.corners) < MOST_CORNERS:
            return replace(draft, corners=(*draft.corners, _between(draft)))
        case "uncorner" if len(draft.corners) > _fewest(draft) and number >= 0:
            kept = [each for at, each in enumerate(draft.corners) if at != number]
            return replace(draft, corners=tuple(kept))
        case "watch" if said in kinds_for(draft.shape) and all(
            each.what != said for each in draft.watches
        ):
            return replace(draft, watches=(*draft.watches, WatchDraft(what=said, values={})))
        case "unwatch":
            kept_watches = [each for at, each in enumerate(draft.watches) if at != number]
            return replace(draft, watches=tuple(kept_watches))
        case _:
            return draft


def _fewest(draft: ShapeDraft) -> int:
    return 2 if draft.shape == "line" else 3


def _between(draft: ShapeDraft) -> tuple[str, str]:
    """In the middle of the last corner and the first; of a line a little beyond its last."""
    (x, y), (across, down) = _place(draft.corners[-1]), _place(draft.corners[0])
    if draft.shape == "line":
        return percent(min(x + 0.05, 1.0)), percent(y)
    return percent((x + across) / 2), percent((y + down) / 2)


def _place(corner: tuple[str, str]) -> tuple[float, float]:
    x, y = part(corner[0]), part(corner[1])
    return (x if isinstance(x, float) else 0.5, y if isinstance(y, float) else 0.5)
