"""The way of readings to the database that the site file names, opened and kept open."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from typing import NoReturn

import structlog

from cloud_bridge.series import Series
from cloud_bridge.series_server import Target
from cloud_bridge.series_writer import Writer
from edge.api.running import SeriesStanding
from edge.config import Configuration, SeriesSection
from edge.driver import Now, Way
from edge.gateway.followers import SERIES
from edge.gateway.tasks import Start, end
from edge.history import History
from edge.keeper import keep_open

log = structlog.get_logger()


class SeriesWay:
    """Writes to one database at a time, or to none."""

    def __init__(self, history: History, now: Now) -> None:
        self._history = history
        self._now = now
        self._section: SeriesSection | None = None
        self._series: Series | None = None
        self._task: asyncio.Task[None] | None = None
        self._way: tuple[bool, str] = (False, "not tried yet")

    @property
    def standing(self) -> SeriesStanding | None:
        """How it is; none where there is no database."""
        series = self._series
        if series is None:
            return None
        up, reason = self._way
        return SeriesStanding(
            up=up,
            reason=reason,
            waiting=series.waiting,
            oldest=series.oldest,
            written=series.written,
            refused=series.refused,
            dropped=series.dropped,
        )

    @property
    def tasks(self) -> Collection[asyncio.Task[None]]:
        """What runs for it."""
        return [self._task] if self._task else []

    async def replace(self, configuration: Configuration, start: Start) -> None:
        """Write where this says from now on; a section that is the same is not touched."""
        section, site = configuration.series, configuration.site
        if section is not None and section == self._section and self._series is not None:
            self._series.describe(site)
            return
        await end(self.tasks)
        self._section, self._series, self._task = section, None, None
        self._way = (False, "not tried yet")
        if section is not None:
            writer = Writer(_target(section))
            tail = self._history.follow(SERIES)
            self._series = Series(site, tail, writer.open, self._now)
            self._task = start(self._serve(self._series, writer), "series")

    async def _serve(self, series: Series, writer: Writer) -> NoReturn:
        try:
            await keep_open("series", series.serve, self._report)
        finally:
            with suppress(OSError):
                await writer.close()

    async def _report(self, way: Way, reason: str) -> None:
        self._way = (way == "up", reason)
        log.info("series.changed", way=way, reason=reason)


def _target(section: SeriesSection) -> Target:
    return Target(
        url=section.url,
        org=section.org,
        bucket=section.bucket,
        token_file=section.token_file,
        ca_file=section.tls.ca_file,
    )
