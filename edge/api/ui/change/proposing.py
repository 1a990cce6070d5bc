"""Looks at a change before it is applied: what it says, whether it can be run, what follows."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from edge.api.house import House
from edge.api.ui.change.effects import Effect, effects, started
from edge.api.ui.change.mistakes import Mistake, mistakes, unfit
from edge.api.ui.change.sides import Sides, sides
from edge.api.ui.change.typed import Change
from edge.api.words import Language
from edge.config import Configuration
from edge.errors import ConfigError, Problem
from edge.model import Text
from edge.versions import Files, Unfit, changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A change over what is there now; it can be applied when nothing is wrong with it.

    `restart` is why it cannot be taken up while the gateway runs.
    """

    present: Files
    files: Files
    configuration: Configuration | None
    problems: tuple[Problem, ...] = ()
    sides: tuple[Sides, ...] = ()
    effects: tuple[Effect, ...] = ()
    warnings: tuple[Mistake, ...] = ()
    restart: tuple[Text, ...] = ()

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What is wrong, each beside its line."""
        return mistakes(self.problems, self.files)

    @property
    def can_be_applied(self) -> bool:
        """Whether it says anything new that can be run."""
        return bool(self.configuration and self.sides and not self.restart)


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """What two people have made of the same: `theirs` is there now, `mine` is not.

    Both begin with `base`, the version that was changed; without it only the whole is known.
    `together` is mine on top of theirs, where that needs nobody to look.
    """

    theirs: tuple[Sides, ...]
    mine: tuple[Sides, ...]
    base: int
    by: str
    together: Change | None


async def propose(house: House, change: Change, language: Language) -> Proposed:
    """Look at a change over what is there now; nothing is written."""
    running = house.current()
    configuration = running.configuration if running else None
    return await asyncio.to_thread(_propose, house, change, language, configuration)


async def compare(house: House, change: Change, base: str) -> Apart:
    """What differs between what somebody else has applied and this change of the same `base`."""
    return await asyncio.to_thread(_compare, house, change, base)


def weigh(
    house: House, present: Files, files: Files, language: Language, running: Configuration | None
) -> Proposed:
    """What files would do in place of those that are present; blocks."""
    try:
        configuration = house.versions.check(files, language)
    except (Unfit, ConfigError) as error:
        return _wrong(present, files, error)
    changed = changes(running, configuration) if running else None
    return Proposed(
        present=present,
        files=files,
        configuration=configuration,
        sides=sides(present, files),
        effects=effects(changed) if changed else started(),
        warnings=mistakes(configuration.warnings, files),
        restart=changed.needs_restart if changed else (),
    )


def _propose(
    house: House, change: Change, language: Language, running: Configuration | None
) -> Proposed:
    present = house.versions.read()
    try:
        files = change.on(present)
    except (Unfit, ConfigError) as error:
        return _wrong(present, present, error)
    return weigh(house, present, files, language, running)


def _wrong(present: Files, files: Files, error: Unfit | ConfigError) -> Proposed:
    problems = error.problems if isinstance(error, ConfigError) else ()
    words = error.words if isinstance(error, Unfit) else Text(str(error), str(error))
    return Proposed(
        present=present,
        files=files,
        configuration=None,
        problems=problems or (unfit(words),),
    )


def _compare(house: House, change: Change, base: str) -> Apart:
    present = house.versions.read()
    history = house.versions.history()
    number = next((each.number for each in history if each.etag == base), 0)
    by = next((each.by for each in history if each.etag == present.etag), "")
    try:
        before = house.versions.files(number)
        mine = change.on(before)
        together = change.onto(before, present)
    except (Unfit, ConfigError):
        return Apart(theirs=(), mine=_over(change, present), base=0, by=by, together=change)
    return Apart(
        theirs=sides(before, present),
        mine=sides(before, mine),
        base=number,
        by=by,
        together=together,
    )


def _over(change: Change, present: Files) -> tuple[Sides, ...]:
    try:
        return sides(present, change.on(present))
    except (Unfit, ConfigError):
        return ()
