"""The pictures of the site that runs: one for each part of it that somebody may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from edge.api.running import Running
from edge.api.ui.now.heard import Heard
from edge.api.ui.now.look import Look
from edge.api.ui.now.picture import Picture, Scene
from edge.api.ui.now.plan import plan_of
from edge.site import Site


@dataclass(slots=True)
class _Followed:
    """A picture, and the devices that have said something which is not in it yet."""

    picture: Picture
    heard: Heard
    otherwise: set[str]


class Sketch:
    """Drawn when first asked for, and anew when another configuration runs."""

    def __init__(self) -> None:
        self._site: Site | None = None
        self._pictures: dict[frozenset[str], _Followed] = {}

    def of(self, site: Site, buildings: frozenset[str]) -> Picture:
        """The picture of these buildings and of what stands in none; of all where none is named."""
        return self._followed(site, buildings).picture

    def looks(
        self, running: Running, at: datetime, buildings: frozenset[str]
    ) -> Iterator[tuple[str, Look]]:
        """How everything in it looks now, one after the other.

        Several may be in the middle of that: what one has looked at is looked at for all.
        """
        followed = self._followed(running.configuration.site, buildings)
        followed.otherwise |= followed.heard.otherwise(running.state)
        scene = Scene(
            readings=running.state.readings,
            links=running.state.links,
            active=tuple(running.alarms.active.values()),
            at=at,
            otherwise=followed.otherwise,
        )
        return followed.picture.looks(scene)

    def _followed(self, site: Site, buildings: frozenset[str]) -> _Followed:
        if site is not self._site:
            self._site = site
            self._pictures.clear()
        followed = self._pictures.get(buildings)
        if followed is None:
            part = _part(site, buildings)
            picture = Picture(part, plan_of(part))
            followed = _Followed(picture, Heard(picture.points), set())
            self._pictures[buildings] = followed
        return followed


def _part(site: Site, buildings: frozenset[str]) -> Site:
    """The site as somebody knows it who sees these buildings only."""
    if not buildings:
        return site
    return replace(
        site,
        buildings={name: each for name, each in site.buildings.items() if name in buildings},
        devices={
            name: each
            for name, each in site.devices.items()
            if each.location.building in {"", *buildings}
        },
    )
