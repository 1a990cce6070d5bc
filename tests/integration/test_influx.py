"""The way of readings to a real VictoriaMetrics, which is killed and away on the way."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cloud_bridge.series_server import Target
from cloud_bridge.series_writer import Writer
from edge.config import SeriesSection
from edge.errors import LinkDown
from edge.gateway.followers import SERIES
from edge.gateway.series import SeriesWay
from edge.history import History
from simulators.ports import free_port
from tests.fakes.dashboards import metric_names, questions, readings
from tests.fakes.outage import Outage, arrived
from tests.fakes.riverside import riverside
from tests.fakes.victoria import Victoria, victoria

ALARM_S = 1.0
"""What an alarm may take beside other tests: a fifth of what it would wait for the database."""


def play(story: Coroutine[Any, Any, None]) -> None:
    """Run a story that must end within a minute."""

    async def bounded() -> None:
        async with asyncio.timeout(45):
            await story

    asyncio.run(bounded())


def test_every_kept_reading_arrives_once_and_alarms_do_not_wait(tmp_path: Path) -> None:
    """Killed under load, away for a while, killed again in the middle of what had waited."""
    (tmp_path / "db").mkdir()

    async def story() -> None:
        async with victoria(tmp_path / "db") as server:
            outage = await asyncio.to_thread(Outage, server, tmp_path, points=200)
            told = await outage.run(away_s=5)
            assert await arrived(server, told)
        assert told.ways[0] == "up"
        assert told.ways.count("up") >= 2
        assert told.waited > 200 * 30
        assert (told.refused, told.dropped) == (0, 0)
        assert told.p99("catching_up") < ALARM_S

    play(story())


def test_the_process_that_writes_is_begun_anew_when_it_has_ended() -> None:
    """A signal to all processes at once does not end it; a kill is a session that is lost."""

    async def story() -> None:
        writer = Writer(Target(url=f"http://127.0.0.1:{free_port()}"))
        try:
            assert await writer.open() is writer
            with pytest.raises(LinkDown, match="Connection refused"):
                await writer.write(["a b=1 1"])
            process = writer._process
            assert process is not None
            process.send_signal(signal.SIGINT)
            with pytest.raises(LinkDown, match="Connection refused"):
                await writer.write(["a b=1 1"])
            process.kill()
            await process.wait()
            with pytest.raises((LinkDown, OSError)):
                await writer.write(["a b=1 1"])
            await writer.open()
            with pytest.raises(LinkDown, match="Connection refused"):
                await writer.write(["a b=1 1"])
        finally:
            await writer.close()

    play(story())


def test_every_panel_has_something_to_show(tmp_path: Path) -> None:
    """The readings of the simulated community, the way they go from the gateway, on dashboards."""
    (tmp_path / "db").mkdir()
    now = datetime.now(UTC).replace(microsecond=0)
    site = riverside().site
    last = now - timedelta(minutes=1)  # the database shows nothing that is younger than 30 s
    given = readings(site, last - timedelta(minutes=9), 10)

    async def story() -> None:
        async with victoria(tmp_path / "db") as server, asyncio.TaskGroup() as tasks:
            section = SeriesSection(url=server.url)
            configuration = replace(riverside(), series=section)
            history = await asyncio.to_thread(History, tmp_path, lambda: now)
            await history.set_followers([SERIES])
            way = SeriesWay(history, lambda: now)
            await way.replace(configuration, lambda work, name: tasks.create_task(work, name=name))
            for each in given:
                history.add(each)
            await history.flush()
            await shown(server, now, len({each.point for each in given}))
            while (standing := way.standing) is None or standing.waiting:  # noqa: ASYNC110 - it tells of itself only when asked
                await asyncio.sleep(0.1)
            assert (standing.up, standing.refused) == (True, 0)
            await server.post("/api/v1/import/prometheus", own_numbers(last))
            await server.ask("/internal/force_flush")
            empty = [
                f"{question.board}: {question.panel}: {question.expression}"
                for question in questions()
                if not question.expression.startswith("label_values")
                if not await server.query(question.expression, now.timestamp())
            ]
            assert empty == []
            await way.replace(riverside(), lambda work, name: tasks.create_task(work, name=name))
            assert way.standing is None
            await history.close()

    play(story())


def own_numbers(last: datetime) -> str:
    """The gateway's metrics as they would have been fetched, twice."""
    return "".join(
        f"{name} 1 {last.timestamp() - ago:.0f}000\n"
        for name in sorted(metric_names())
        for ago in (60, 0)
    )


async def shown(server: Victoria, now: datetime, points: int) -> None:
    """Return when the database shows every series."""
    query = 'count(last_over_time({__name__=~".+_quality",point!="series"}[20m]))'
    while True:
        await server.ask("/internal/force_flush")
        found = await server.query(query, now.timestamp())
        if found and int(found[0]["value"][1]) >= points:
            return
        await asyncio.sleep(0.2)
