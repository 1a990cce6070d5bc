"""What drawn zones make of the site file: every other byte of it stays as it is; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from edge.api.ui.camera.drafts import Drafts, ShapeDraft, WatchDraft, drafts_of, part, percent
from edge.api.ui.camera.watch_fields import fields_of, read, shown
from edge.api.ui.change.mistakes import Mistake
from edge.api.ui.change.typed import Change, Edit
from edge.errors import Problem
from edge.files.yaml_file import Steps, Tree, parse
from edge.model import Text
from edge.versions import Files, Unfit
from edge.versions.edits import drop_value, item_text, put_value
from edge.versions.items import place_of

_PLACE: Final = re.compile(r"^devices\[(\d+)\]\.address\.(zones|private)\b(.*)$")


def drawn(files: Files, camera: str) -> Drafts:
    """The zones and masks of a camera as the file has them; `Unfit` where it is not there."""
    document = parse(files.text(), files.site)
    place = place_of(document, "devices", camera)
    zones = document.at((*place, "address", "zones"))
    return drafts_of(zones, document.at((*place, "address", "private")))


def zone_change(files: Files, camera: str, drafts: Drafts) -> Change:
    """The change that makes the file say what was drawn; `Unfit` where that cannot be."""
    twice = _twice(drafts)
    if twice:
        raise Unfit(Text(f"有两个区域叫 {twice}", f"two zones are called {twice}"))
    text = files.text()
    document = parse(text, files.site)
    place = place_of(document, "devices", camera)
    address: Steps = (*place, "address")
    before = document.at((*address, "zones"))
    zones: dict[str, Tree] = {
        each.id: _zone(each, before if isinstance(before, dict) else {})
        for each in drafts
        if each.shape != "mask"
    }
    text = _put(text, (*address, "zones"), zones, before)
    masks = document.at((*address, "private"))
    text = _put(text, (*address, "private"), _masks(drafts, masks), masks)
    item = item_text(text, "devices", camera)
    edit = Edit(what="item", name="devices", key=camera, text=item)
    return Change(edits=(edit,), back=f"/camera/{camera}/zones", device=camera)


def placed(
    problems: Iterable[Problem], files: Files, camera: str, drafts: Drafts
) -> Iterator[tuple[str, Problem]]:
    """Each problem with the field of the form that it is about; empty for none of it."""
    try:
        own = place_of(parse(files.text(), files.site), "devices", camera)[-1]
    except Unfit:
        own = -1
    for each in problems:
        found = _PLACE.match(each.where)
        inside = found is not None and int(found[1]) == own
        yield (_field(found[2], found[3], drafts) if found and inside else ""), each


def wrong(found: Iterable[tuple[str, Problem]]) -> tuple[Mistake, ...]:
    """Mistakes by the fields that they are about; lines would be those of a file to come."""
    return tuple(
        Mistake(
            file="",
            line=0,
            column=0,
            where=field or each.where,
            what=each.what,
            remedy=each.remedy,
            text="",
        )
        for field, each in found
    )


def _twice(drafts: Drafts) -> str:
    names = [each.id for each in drafts if each.shape != "mask"]
    return next((name for at, name in enumerate(names) if name in names[:at]), "")


def _put(text: str, path: Steps, value: Tree, before: Tree) -> str:
    if value:
        return put_value(text, path, value)
    return drop_value(text, path) if before is not None else text


def _zone(draft: ShapeDraft, before: dict[str, Tree]) -> Tree:
    known = before.get(draft.orig)
    zone: dict[str, Tree] = dict(known) if isinstance(known, dict) else {}
    other = "line" if draft.shape == "area" else "area"
    zone.pop(other, None)
    names = zone.get("name")
    name: dict[str, Tree] = dict(names) if isinstance(names, dict) else {}
    zone["name"] = {**name, "zh": draft.zh, "en": draft.en}
    zone[draft.shape] = _corners(draft, zone.get(draft.shape))
    watches = zone.get("watch")
    told = [each for each in watches if isinstance(each, dict)] if isinstance(watches, list) else []
    by_what = {shown(each.get("what")): each for each in told}
    zone["watch"] = [_watch(each, by_what.get(each.what, {})) for each in draft.watches]
    return zone


def _watch(draft: WatchDraft, before: dict[str, Tree]) -> Tree:
    watch: dict[str, Tree] = {"what": draft.what, **before}
    for field in fields_of(draft.what):
        typed = draft.values.get(field.name, "")
        if typed == shown(watch.get(field.name)):
            continue
        if typed:
            watch[field.name] = read(field, typed)
        else:
            watch.pop(field.name, None)
    return watch


def _masks(drafts: Drafts, before: Tree) -> Tree:
    known = before if isinstance(before, list) else []
    masks: list[Tree] = []
    for each in drafts:
        if each.shape == "mask":
            at = int(each.orig) if each.orig.isascii() and each.orig.isdigit() else -1
            masks.append(_corners(each, known[at] if 0 <= at < len(known) else None))
    return masks


def _corners(draft: ShapeDraft, before: Tree) -> Tree:
    """The corners; one that was not moved stays as it is written."""
    known = before if isinstance(before, list) else []
    corners: list[Tree] = []
    for at, (x, y) in enumerate(draft.corners):
        there = known[at] if at < len(known) else None
        same = isinstance(there, list) and [percent(each) for each in there] == [x, y]
        corners.append(there if same else [part(x), part(y)])
    return corners


def _field(kind: str, rest: str, drafts: Drafts) -> str:
    """`.lane.watch[0].after` as the name of the form's field, such as `s2.w0.after`."""
    if kind == "private":
        number = re.match(r"^\[(\d+)\]", rest)
        masks = [at for at, each in enumerate(drafts) if each.shape == "mask"]
        at = int(number[1]) if number else len(masks)
        return f"s{masks[at]}.corners" if at < len(masks) else ""
    for at, each in enumerate(drafts):
        own = f".{each.id}"
        if each.shape == "mask" or not f"{rest}.".startswith((f"{own}.", f"{own}[")):
            continue
        inner = rest.removeprefix(own).lstrip(".")
        watch = re.match(r"^watch\[(\d+)\](?:\.(\w+))?", inner)
        if watch:
            return f"s{at}.w{watch[1]}.{watch[2] or 'what'}"
        if inner.startswith(("area", "line")):
            return f"s{at}.corners"
        if inner.startswith("name"):
            return f"s{at}.{'en' if inner.endswith('en') else 'zh'}"
        return f"s{at}.id"
    return ""
