"""What it means for a gateway that runs to go on with another configuration."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, TypeVar

from edge.config import Configuration
from edge.driver import Placed
from edge.model import Text

K = TypeVar("K", bound=Hashable)

Section: TypeAlias = Literal[
    "site",
    "buildings",
    "alarms",
    "suppressions",
    "watch",
    "commands",
    "policies",
    "vision",
    "series",
    "updates",
    "history",
]
"""Parts of a site file of which no more is said than that they differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What differs, by its id; a link that is in none of the three goes on untouched.

    A device changes its link only where its profile or address differs. `needs_restart`
    says, for a person, what a gateway that runs cannot take up.
    """

    links_added: tuple[str, ...] = ()
    links_removed: tuple[str, ...] = ()
    links_changed: tuple[str, ...] = ()
    devices_added: tuple[str, ...] = ()
    devices_removed: tuple[str, ...] = ()
    devices_changed: tuple[str, ...] = ()
    rules_added: tuple[str, ...] = ()
    rules_removed: tuple[str, ...] = ()
    rules_changed: tuple[str, ...] = ()
    uplinks_added: tuple[str, ...] = ()
    uplinks_removed: tuple[str, ...] = ()
    uplinks_changed: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    page: bool = False
    needs_restart: tuple[Text, ...] = ()


def changes(old: Configuration, new: Configuration) -> Changes:
    """Compare two configurations by what they say, not by the order in which they say it."""
    links = _compared(_links(old), _links(new))
    devices = _compared(_devices(old), _devices(new))
    rules = _compared({rule.id: rule for rule in old.rules}, {rule.id: rule for rule in new.rules})
    uplinks = _compared({each.id: each for each in old.uplinks}, {u.id: u for u in new.uplinks})
    return Changes(
        links_added=links[0],
        links_removed=links[1],
        links_changed=links[2],
        devices_added=devices[0],
        devices_removed=devices[1],
        devices_changed=devices[2],
        rules_added=rules[0],
        rules_removed=rules[1],
        rules_changed=rules[2],
        uplinks_added=uplinks[0],
        uplinks_removed=uplinks[1],
        uplinks_changed=uplinks[2],
        sections=tuple(_sections(old, new)),
        page=old.page != new.page,
        needs_restart=tuple(_for_good(old, new)),
    )


def _compared(
    old: Mapping[str, object], new: Mapping[str, object]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What came, what went, and what is there in both and differs; sorted."""
    return (
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(old.keys() - new.keys())),
        tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name])),
    )


def _links(configuration: Configuration) -> dict[str, object]:
    """Each link as it is written, with what stands on it, whatever the order.

    A camera's process is told what all cameras share, and the time zone, when it begins.
    """
    shared = configuration.vision, str(configuration.site.timezone)
    return {
        link: (
            section,
            {each.device.id: _wired(each) for each in configuration.placed[link]},
            shared if getattr(section, "driver", "") == "camera" else None,
        )
        for link, section in configuration.sections.items()
    }


def _devices(configuration: Configuration) -> dict[str, object]:
    placed = configuration.placed.values()
    return {each.device.id: each for devices in placed for each in devices}


def _wired(placed: Placed[Any, Any]) -> tuple[object, ...]:
    """What a driver makes something of: a device's name and place are not among that."""
    return placed.profile, placed.address


def _sections(old: Configuration, new: Configuration) -> Iterator[Section]:
    pairs: dict[Section, tuple[Any, Any]] = {
        "site": (_who(old), _who(new)),
        "buildings": (old.site.buildings, new.site.buildings),
        "alarms": (_alarms(old), _alarms(new)),
        "suppressions": (old.windows, new.windows),
        "watch": (old.watch, new.watch),
        "commands": (old.commands, new.commands),
        "policies": (old.site.policies, new.site.policies),
        "vision": (old.vision, new.vision),
        "series": (old.series, new.series),
        "updates": (old.updates, new.updates),
        "history": (old.history, new.history),
    }
    yield from (name for name, (before, after) in pairs.items() if before != after)


def _who(configuration: Configuration) -> tuple[object, ...]:
    site = configuration.site
    return site.name, str(site.timezone), site.language, site.reporter


def _alarms(configuration: Configuration) -> dict[str, object]:
    return {f"{each.device}/{each.name}": each.spec for each in configuration.alarms}


def _for_good(old: Configuration, new: Configuration) -> Iterator[Text]:
    """What topics, ids and the journal hang on."""
    pairs = (
        ("site.id", old.site.id, new.site.id),
        ("gateway.id", old.site.gateway, new.site.gateway),
        ("gateway.store", str(old.store), str(new.store)),
    )
    for name, before, after in pairs:
        if before != after:
            yield Text(
                f"{name} 不能在运行中更改（现在是 {before}）：停下网关，在文件里改，再启动",
                f"{name} cannot change while the gateway runs (it is {before}): stop the gateway,"
                " change it in the file, start it again",
            )
