"""Who watches the live stream: how many, how long, what they may see, and who is given up."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from edge.access.roles import Principal
from edge.api.live import MOST_OF_ONE, MOST_VIEWERS, Broadcaster
from edge.api.viewer import MOST_WAITING, Viewer
from tests.fakes.api_story import Asking, chief, told
from tests.fakes.browser import Browser, of, taken

LIVE = "/api/v1/live"


def test_nothing_new_is_said_now_and_then(tmp_path: Path) -> None:
    """A comment every fifteen seconds keeps the connection alive, and is no event."""

    async def story(asking: Asking) -> None:
        async with asking.chief.watch(f"{LIVE}?channels=alarms") as stream:
            await taken(stream)
            await asyncio.sleep(31)
            pieces = [stream.get_nowait() for _ in range(stream.qsize())]
            assert pieces == [b": nothing new\n\n"] * 2

    told(tmp_path, story)


def test_who_does_not_take_what_is_sent_is_dropped(tmp_path: Path) -> None:
    """The others are not kept waiting, and what waits for it is not kept."""

    async def story(asking: Asking) -> None:
        house = asking.house
        live: Broadcaster = house.app.state.live
        slow = live.join(chief(), ("points",))
        async with asking.chief.watch(f"{LIVE}?channels=points") as stream:
            for number in range(MOST_WAITING + 1):
                await house.read("bin-1/fill_percent", float(number))
                await asyncio.sleep(0.25)
            assert live.watched == 1
            assert [frame async for frame in slow.frames()] == []
            said = of(await taken(stream), "points")
            assert said[-1]["bin-1/fill_percent"][0] == float(MOST_WAITING)

    told(tmp_path, story)


def test_a_viewer_that_is_over_takes_nothing_more() -> None:
    """However often it is ended."""
    viewer = Viewer("a", "b", partial(asyncio.sleep, 0))
    viewer.end()
    viewer.end()
    assert not viewer.give(1, b"x")


def test_there_is_room_for_so_many(tmp_path: Path) -> None:
    """Of one account, and of all; who leaves makes room."""

    async def story(asking: Asking) -> None:
        live: Broadcaster = asking.house.app.state.live
        mine = [live.join(chief(), ("links",)) for _ in range(MOST_OF_ONE)]
        assert (await asking.chief.get(LIVE)).status == 429
        live.leave(mine[0])
        assert (await asking.chief.get(LIVE)).status == 200
        others = [
            live.join(chief(f"a{number}"), ("links",))
            for number in range(MOST_VIEWERS - MOST_OF_ONE + 1)
        ]
        full = await asking.chief.get(LIVE)
        assert (full.status, full.json["type"]) == (503, "urn:whistle:problem:crowded")
        for viewer in (*mine, *others):
            live.leave(viewer)
        assert live.watched == 0

    told(tmp_path, story)


def test_a_session_that_is_over_sees_nothing_more(tmp_path: Path) -> None:
    """Within half a minute of its end the stream ends; to watch alone does not keep it alive."""

    async def story(asking: Asking) -> None:
        house = asking.house
        opened = await house.join("li", "viewer")
        li = Browser(app=house.app, session=opened)
        async with li.watch(f"{LIVE}?channels=standing") as stream:
            await taken(stream, 60)
            [before] = await house.accounts.sessions.all("li")
            await taken(stream, 60)
            assert await house.accounts.sessions.all("li") == [before]
            await house.accounts.users.change("li", disabled=True)
            await taken(stream, 40)
            assert house.app.state.live.watched == 0

    told(tmp_path, story)


def test_a_token_that_is_over_sees_nothing_more(tmp_path: Path) -> None:
    """One that has expired, and one that was revoked."""

    async def story(asking: Asking) -> None:
        house = asking.house
        lasts = timedelta(minutes=2)
        line, secret = await house.accounts.tokens.make("t", "viewer", frozenset(), lasts)
        short = Browser(app=house.app, token=secret)
        async with short.watch(LIVE) as stream:
            await taken(stream, 100)
            assert house.app.state.live.watched == 1
            await taken(stream, 60)
            assert house.app.state.live.watched == 0
        line, secret = await house.accounts.tokens.make("u", "viewer", frozenset(), None)
        async with Browser(app=house.app, token=secret).watch(LIVE) as stream:
            await taken(stream, 40)
            await house.accounts.tokens.revoke(line.id)
            await taken(stream, 40)
            assert house.app.state.live.watched == 0

    told(tmp_path, story)


def test_a_new_configuration_is_told_whole(tmp_path: Path) -> None:
    """And while nothing runs, that; the log goes on all the while."""

    async def story(asking: Asking) -> None:
        house = asking.house
        running = house.current
        assert running is not None
        async with (
            asking.chief.watch(f"{LIVE}?channels=links") as stream,
            asking.chief.watch("/api/v1/log/live") as log,
        ):
            await taken(stream)
            house.current = None
            assert [event.name for event in await taken(stream)] == ["repair"]
            house.house.log(None, "", {"event": "something", "level": "info", "key": "a"})
            said = of(await taken(log), "log")
            assert [line["event"] for line in said[-1]] == ["something"]
            async with asking.chief.watch(f"{LIVE}?channels=links") as later:
                assert [event.name for event in await taken(later)] == ["repair"]
            house.current = replace(running)
            names = [event.name for event in await taken(stream)]
            assert names == ["reset", "links"]

    told(tmp_path, story)


def test_channels_are_for_those_who_may(tmp_path: Path) -> None:
    """The log is for an admin, by whatever way it is asked for; a name that is none is told."""

    async def story(asking: Asking) -> None:
        live: Broadcaster = asking.house.app.state.live
        viewer = Principal(name="v", role="viewer", door="session")
        for who, name in ((viewer, "log"), (chief(), "nothing")):
            with pytest.raises(Exception, match="there is no channel"):
                live.join(who, (name,))
        assert live.watched == 0
        assert (await asking.chief.get(f"{LIVE}?channels=log")).status == 422

    told(tmp_path, story)
