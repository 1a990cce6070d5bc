"""Every number that Prometheus gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.metrics import metrics_of
from edge.api.running import SeriesStanding, Standing, WayStanding
from edge.api.sight import Sight
from tests.reference.markdown import code, page, table


def metrics_page(house: House, standing: Standing) -> str:
    """The page, of a gateway that has all there is to count."""
    sight = Sight(house.site, Principal(name="reader", role="viewer", door="token"))
    found = metrics_of(house, house.running, _with_all(standing), sight)
    rows = (
        (
            f"`{each.name}`",
            each.kind,
            code(next(iter(each.samples))[0]) if each.samples else "`link`",
            each.help,
        )
        for each in found
    )
    return page(
        "Metrics",
        "`GET /metrics` in Prometheus' text format, with a token of the role *viewer*. What is"
        " unknown, such as how long the disk lasts while nothing waits, is left out.",
        table(("metric", "kind", "labels", "counts"), rows),
    )


def _with_all(standing: Standing) -> Standing:
    ways = (WayStanding(over="mqtt", up=True, reason="", used=True),)
    series = SeriesStanding(
        up=True, reason="", waiting=0, oldest=None, written=0, refused=0, dropped=0
    )
    uplinks = tuple(replace(each, ways=ways) for each in standing.uplinks)
    return replace(standing, uplinks=uplinks, series=series, buffer=timedelta(hours=1))
