"""What can be watched: a channel tells what has changed since it was looked at before."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol, TypeAlias, cast

from edge.access.roles import Permission, Principal
from edge.api.running import Running, Standing
from edge.api.sight import Sight
from edge.api.words import Language

Needs: TypeAlias = Literal["site", "nothing"]

RENDERED: Final = timedelta(seconds=0.5)
"""At most so often: what is rendered keeps alarms waiting for a moment."""


def just_drawn(then: datetime, at: datetime) -> bool:
    """Whether it is too early to draw again; never where the clock was set back."""
    return timedelta(0) <= at - then < RENDERED


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where somebody watches from; all on equal seats are sent the same bytes.

    `language` is empty for programs, which are sent both.
    """

    language: Language | Literal[""] = ""
    buildings: frozenset[str] = frozenset()
    permissions: frozenset[Permission] = frozenset()

    def sight(self, world: World) -> Sight:
        """What of the site is seen from there."""
        who = Principal(name="", role="viewer", door="session", buildings=self.buildings)
        return Sight(world.running.configuration.site, who)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What is looked at, all of one instant; `standing` is some seconds old, or not known yet.

    Only a channel that needs nothing to run is asked while `current` is none.
    """

    current: Running | None
    standing: Standing | None
    at: datetime

    @property
    def running(self) -> Running:
        """What runs; `ValueError` while nothing does."""
        if self.current is None:
            raise ValueError("nothing runs")
        return self.current


@dataclass(frozen=True, slots=True)
class Look:
    """What has changed, ready to be sent, and what to compare with the next time.

    Taken one after the other the pieces are the body of an event, each made when it is taken; none
    where nothing that is seen from this seat has changed. `whole` says that they show all.
    """

    memory: object
    pieces: Iterable[str] = ()
    whole: bool = False


class Channel(Protocol):
    """One thing to watch; pure, and quick: it is asked four times a second."""

    @property
    def name(self) -> str:
        """The name of its events."""
        ...

    @property
    def permission(self) -> Permission:
        """What somebody must be allowed to who watches it."""
        ...

    @property
    def needs(self) -> Needs:
        """What has to be there for it to be asked."""
        ...

    def key(self, seat: Seat) -> Hashable:
        """What of a seat makes a difference; equal keys share what is encoded."""
        ...

    def look(self, world: World, seat: Seat, before: object) -> Look | None:
        """Return what has changed since `before` was remembered; all of it where that is none."""
        ...


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of a page: rendered anew when its mark is another, whole each time, at once.

    Where it changes without end, as in a storm of alarms, it is rendered every `RENDERED`.

    `mark` is cheap, and equal as long as `render` would show the same.
    """

    name: str
    mark: Callable[[World, Seat], Hashable]
    render: Callable[[World, Seat], Iterator[str]]
    permission: Permission = "look"
    needs: Needs = "site"

    def key(self, seat: Seat) -> Hashable:
        """Words, places and what may be done there differ."""
        return seat

    def look(self, world: World, seat: Seat, before: object) -> Look | None:
        """Render it if it is another."""
        known = cast("tuple[Hashable, datetime] | None", before)
        if known is not None and just_drawn(known[1], world.at):
            return None
        mark = self.mark(world, seat)
        if known is not None and mark == known[0]:
            return None
        return Look((mark, world.at), self.render(world, seat), whole=True)
