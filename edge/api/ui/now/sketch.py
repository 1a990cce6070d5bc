"""The pictures of the site that runs: one for each part of it that somebody may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from edge.api.running import Running
from edge.api.ui.now.heard import Heard
from edge.api.ui.now.picture import Looks, Picture, Scene
from edge.api.ui.now.plan import plan_of
from edge.site import Site


class Sketch:
    """Drawn when first asked for, and anew when another configuration runs."""

    def __init__(self) -> None:
        self._site: Site | None = None
        self._pictures: dict[frozenset[str], tuple[Picture, Heard]] = {}

    def of(self, site: Site, buildings: frozenset[str]) -> Picture:
        """The picture of these buildings and of what stands in none; of all where none is named."""
        picture, _ = self._followed(site, buildings)
        return picture

    def looks(self, running: Running, at: datetime, buildings: frozenset[str]) -> Looks:
        """How everything in it looks now."""
        picture, heard = self._followed(running.configuration.site, buildings)
        scene = Scene(
            readings=running.state.readings,
            links=running.state.links,
            active=tuple(running.alarms.active.values()),
            at=at,
            otherwise=heard.otherwise(running.state),
        )
        return picture.looks(scene)

    def _followed(self, site: Site, buildings: frozenset[str]) -> tuple[Picture, Heard]:
        if site is not self._site:
            self._site = site
            self._pictures.clear()
        followed = self._pictures.get(buildings)
        if followed is None:
            part = _part(site, buildings)
            picture = Picture(part, plan_of(part))
            followed = self._pictures[buildings] = picture, Heard(picture.points)
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
