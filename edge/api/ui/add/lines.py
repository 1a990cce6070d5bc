"""The line on which a device is looked for: one of the site's links, or one that is only tried."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from edge.api.house import House
from edge.api.ui.add.wish import Wish
from edge.api.ui.change.mistakes import NO_WORDS
from edge.api.ui.device.reasons import link_reason
from edge.api.words import Language
from edge.config import OWN_PROFILES
from edge.discovery import Stranger, catalogue, strangers, tried
from edge.driver import Driver, Link
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.profile import ModbusProfile
from edge.errors import ConfigError, LinkDown
from edge.keeper import Keeper
from edge.model import Text
from edge.profiles import Profiles, shipped
from edge.schema import Profile
from edge.trace import Trace


@dataclass(frozen=True, slots=True)
class Why:
    """What is wrong, and what to do about it."""

    what: Text
    remedy: Text = NO_WORDS


class NotOpen(ValueError):
    """The line cannot be used just now; `why` says that in words, and what to do."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.what.en)
        self.why = why


def lost(error: LinkDown | OSError) -> Why:
    """Why a line was lost, or does not open."""
    reason = link_reason(str(error) or type(error).__name__)
    return Why(reason.what, reason.remedy)


@asynccontextmanager
async def opened(
    house: House, wish: Wish, language: Language, trace: Trace | None = None
) -> AsyncIterator[Driver]:
    """The line, as long as it is needed; `NotOpen` where it is not up."""
    section = wish.section
    if section is None:
        yield _running(house, wish.link)
        return
    folder, links = house.versions.folder, _links(house)
    line = tried(section, house.now, folder, running=links, trace=trace, language=language)
    try:
        async with line as driver:
            yield driver
    except ConfigError as error:
        raise NotOpen(_first(error)) from None
    except (LinkDown, OSError) as error:
        raise NotOpen(lost(error)) from None


def modbus(driver: Driver) -> ModbusDriver:
    """The driver of a Modbus line; `NotOpen` for any other."""
    if isinstance(driver, ModbusDriver):
        return driver
    raise NotOpen(
        Why(
            Text(
                "只有 Modbus 链路可以扫描",
                "only a Modbus link is scanned; others speak by themselves",
            )
        )
    )


def driver_of(house: House, wish: Wish) -> str:
    """What a link speaks; empty where there is no such link."""
    if wish.section is not None:
        return str(wish.section.get("driver", ""))
    running = house.current()
    section = running.configuration.sections.get(wish.link) if running else None
    return str(getattr(section, "driver", ""))


async def profiles(house: House) -> Mapping[str, Profile]:
    """Every sound profile, the site's own and the shipped ones, by its id."""
    folder = house.versions.folder / OWN_PROFILES
    return await asyncio.to_thread(lambda: _catalogue(folder, _marks(folder)))


async def modbus_profiles(house: House) -> Mapping[str, ModbusProfile]:
    """Those that a Modbus device can have."""
    known = await profiles(house)
    return {name: each for name, each in known.items() if isinstance(each, ModbusProfile)}


async def heard(house: House, known: Mapping[str, Profile], link: str = "") -> list[Stranger]:
    """Who has spoken on the site's links, or on one of them, and is no device."""
    running = house.current()
    keepers = running.keepers.values() if running else ()
    several = [each for each in keepers if link in {"", each.id}]
    return await asyncio.to_thread(strangers, several, known)


def keeper_of(house: House, wish: Wish) -> Keeper | None:
    """Who keeps the link open; none for one that is only tried."""
    running = house.current()
    return running.keepers.get(wish.link) if running and wish.section is None else None


@lru_cache(maxsize=1)
def _catalogue(folder: Path, marks: frozenset[tuple[str, int, int]]) -> Mapping[str, Profile]:
    """Read them once, and again when one is another: to read them all takes a second."""
    del marks
    return catalogue(Profiles(folder, shipped()))


def _marks(folder: Path) -> frozenset[tuple[str, int, int]]:
    """What tells that a profile of the site's own has been changed."""
    found = ((str(path), path.stat()) for path in folder.rglob("*.yaml"))
    return frozenset((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


def _running(house: House, name: str) -> Driver:
    running = house.current()
    keeper = running.keepers.get(name) if running else None
    if keeper is None:
        raise NotOpen(Why(Text(f"没有链路 {name}", f"there is no link {name}")))
    if keeper.driver is None:
        reason = link_reason(keeper.standing.reason if keeper.standing else "")
        raise NotOpen(Why(reason.what, reason.remedy))
    return keeper.driver


def _links(house: House) -> tuple[Link, ...]:
    running = house.current()
    return running.configuration.links if running else ()


def _first(error: ConfigError) -> Why:
    """What is wrong with a new link, and what would be right."""
    if not error.problems:
        return Why(Text(str(error), str(error)))
    return Why(error.problems[0].what, error.problems[0].remedy)
