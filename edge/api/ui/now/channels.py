"""What the page Now is told while somebody watches it: the picture as JSON, the rest as pieces."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

import msgspec

from edge.access.roles import Permission
from edge.api.channels import Channel, Fragment, Look, Needs, Seat, World, just_drawn
from edge.api.ui.alarms.lines import overdue
from edge.api.ui.header import header
from edge.api.ui.now import look
from edge.api.ui.now.links import link_lines, outward_of
from edge.api.ui.now.picture import Looks
from edge.api.ui.now.sketch import Sketch
from edge.api.ui.now.urgent import urgent_of
from edge.api.ui.screen import Screen
from edge.api.words import Language

TEMPLATE: Final = "now.html"


def now_channels(screen: Screen, sketch: Sketch) -> tuple[Channel, ...]:
    """Everything on the page Now that changes, and the line above every page."""
    return (
        _Drawn(sketch),
        Fragment("now.alarms", _alarms_mark, lambda world, seat: _alarms(screen, world, seat)),
        Fragment("now.links", _links_mark, lambda world, seat: _links(screen, world, seat)),
        Fragment("now.uplinks", _uplinks_mark, lambda world, seat: _uplinks(screen, world, seat)),
        Fragment("header", _header_mark, lambda world, seat: _header(screen, world, seat)),
    )


class Told(msgspec.Struct, omit_defaults=True, rename={"at": "a", "words": "w"}):
    """A look as the script gets it: short, as it is sent often."""

    words: str
    tone: str = ""
    at: int = 0
    state: str = ""
    way: str = ""
    top: int | None = None
    service: str = ""
    trapped: bool = False
    figure: str = ""


def told(each: look.Look, language: Language) -> Told:
    """A look in one language."""
    return Told(
        words=each.words.zh if language == "zh" else each.words.en,
        tone=each.tone,
        at=int(each.at.timestamp() * 1000) if each.at else 0,
        state=each.state,
        way=each.way,
        top=each.top,
        service=each.service,
        trapped=each.trapped,
        figure=each.figure,
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """The picture: what of it looks otherwise than before."""

    sketch: Sketch
    name: str = "now.picture"
    permission: Permission = "look"
    needs: Needs = "site"

    def key(self, seat: Seat) -> Hashable:
        """Words and places differ."""
        return seat.language, seat.buildings

    def look(self, world: World, seat: Seat, before: object) -> Look | None:
        """What has changed, as often as what is rendered; ages are counted in the browser."""
        known, drawn_at = cast("tuple[Looks, datetime] | None", before) or (None, None)
        if drawn_at is not None and just_drawn(drawn_at, world.at):
            return None
        looks: dict[str, look.Look] = {}
        every = self.sketch.looks(world.running, world.at, seat.buildings)
        return Look((looks, world.at), _changed(every, known, looks, seat.language or "zh"))


def _changed(
    every: Iterable[tuple[str, look.Look]],
    known: Looks | None,
    looks: dict[str, look.Look],
    language: Language,
) -> Iterator[str]:
    """What looks otherwise than what is known, as JSON; all is put into `looks`."""
    opened = False
    for name, each in every:
        looks[name] = each
        was = known.get(name) if known is not None else None
        if was is each or was == each:
            yield ""  # an alarm can be given way here too
        else:
            pair = msgspec.json.encode({name: told(each, language)}).decode()[1:-1]
            yield f"{',' if opened else '{'}{pair}"
            opened = True
    if opened or known is None:
        yield "}" if opened else "{}"


def _alarms_mark(world: World, seat: Seat) -> Hashable:
    """Alarms are replaced when they change; a time that runs out changes the page alone."""
    del seat
    alarms = tuple(world.running.alarms.all.values())
    return alarms, sum(overdue(each.issue, world.at) for each in alarms if each.issue)


def _alarms(screen: Screen, world: World, seat: Seat) -> Iterator[str]:
    return screen.part(
        seat.language or "zh",
        TEMPLATE,
        "alarms",
        alarms=urgent_of(world.running, seat.sight(world), world.at),
        operate="operate" in seat.permissions,
    )


def _links_mark(world: World, seat: Seat) -> Hashable:
    del seat
    keepers = world.running.keepers
    failed = tuple([keeper.trace.failures for keeper in keepers.values()])
    return tuple(world.running.state.links.items()), failed


def _links(screen: Screen, world: World, seat: Seat) -> Iterator[str]:
    running = world.running
    lines = link_lines(running.configuration.site, running.state.links, running.keepers)
    return screen.part(seat.language or "zh", TEMPLATE, "links", links=lines)


def _uplinks_mark(world: World, seat: Seat) -> Hashable:
    del seat
    standing = world.standing
    if standing is None:
        return None
    waiting = tuple(
        (each.id, each.up, each.ways, *each.waiting.values()) for each in standing.uplinks
    )
    return waiting, standing.refused, standing.oldest, standing.clock


def _uplinks(screen: Screen, world: World, seat: Seat) -> Iterator[str]:
    return screen.part(
        seat.language or "zh", TEMPLATE, "uplinks", outward=outward_of(world.standing)
    )


def _header_mark(world: World, seat: Seat) -> Hashable:
    del seat
    running = world.running
    return (
        tuple(running.alarms.active.values()),
        tuple(running.state.links.values()),
        tuple(running.uplinks().values()),
        world.standing and world.standing.clock,
    )


def _header(screen: Screen, world: World, seat: Seat) -> Iterator[str]:
    above = header(world.running, seat.sight(world), world.standing)
    return screen.part(seat.language or "zh", "standing.html", "standing", header=above)
