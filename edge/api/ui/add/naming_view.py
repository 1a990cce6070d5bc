"""A new device while it is named and placed; what follows in the site file; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from edge.api.ui.add.naming import free_id, suggested
from edge.api.ui.add.wish import Wish
from edge.api.ui.change.mistakes import Mistake
from edge.api.ui.change.typed import Change, Edit
from edge.files.yaml_file import Tree
from edge.model import Text
from edge.site import Building, Site
from edge.versions.profile_draft import profile_file
from edge.versions.writing import Styles, block


@dataclass(frozen=True, slots=True, kw_only=True)
class NameView:
    """What the form holds: `wish` with what was filled in, else with what is suggested.

    `draft` is the text of a new profile; `kind` is what the device is.
    """

    wish: Wish
    kind: str
    profile: Text
    draft: str
    suggested: Text
    buildings: Sequence[Building]
    units: Mapping[str, Text]
    floors: Sequence[str] = ()
    mistakes: Sequence[Mistake] = ()


def name_view(  # noqa: PLR0913 - what is known
    wish: Wish,
    kind: str,
    profile: Text,
    site: Site | None,
    *,
    draft: str = "",
    before: Text | None = None,
    mistakes: Sequence[Mistake] = (),
) -> NameView:
    """Fill in what is not known yet; a name that is `before`'s suggestion follows the place."""
    buildings = site.buildings if site else {}
    taken = {*site.devices, *site.links, wish.link} if site else {wish.link}
    names = {each.name.zh for each in site.devices.values()} if site else set()
    building = buildings.get(wish.building)
    now = suggested(kind, building, wish.unit, names)
    zh = now.zh if not wish.zh or (before and wish.zh == before.zh) else wish.zh
    en = now.en if not wish.en or (before and wish.en == before.en) else wish.en
    return NameView(
        wish=wish.but(zh=zh, en=en, id=wish.id or free_id(kind, taken)),
        kind=kind,
        profile=profile,
        draft=draft,
        suggested=now,
        buildings=tuple(buildings.values()),
        units=building.units if building else {},
        mistakes=mistakes,
    )


def device_change(wish: Wish, draft: str) -> Change:
    """The link, the profile and the device, as far as they are new, in one change."""
    edits: list[Edit] = []
    if wish.section is not None:
        edits.append(Edit(what="item", name="links", text=_text(dict(wish.section))))
    if draft:
        edits.append(Edit(what="file", name=profile_file(wish.profile), text=draft))
    edits.append(Edit(what="item", name="devices", text=_text(_device(wish))))
    return Change(edits=tuple(edits), back=wish.path("name"), device=wish.id)


def drafted(change: Change) -> str:
    """The new profile's text in a change that was made before; empty for none."""
    return next((each.text for each in change.edits if each.what == "file"), "")


def _device(wish: Wish) -> dict[str, Any]:
    place = {
        "building": wish.building,
        "unit": wish.unit,
        "floor": wish.floor,
        "room": wish.room,
        "text": wish.text,
    }
    device: dict[str, Any] = {
        "id": wish.id,
        "link": wish.link,
        "profile": wish.profile,
        "name": {"zh": wish.zh, "en": wish.en},
        "address": dict(wish.place),
        "location": {key: each for key, each in place.items() if each},
        "direction": wish.direction,
    }
    return {key: each for key, each in device.items() if each}


def _text(tree: Tree) -> str:
    return "\n".join(block(tree, 0, Styles())) + "\n"
