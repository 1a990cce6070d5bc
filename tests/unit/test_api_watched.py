"""Answers that take their time: given up by who asked, or by a server that ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.types import Message, Scope

from edge.api.app import ended
from edge.api.watched import Watched
from edge.driver import Driver, Now
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.link import ModbusLink
from edge.trace import Trace
from tests.fakes import time
from tests.fakes.api_story import Asking, told
from tests.fakes.browser import Answer, events_in
from tests.fakes.modbus import FakeBus, opened

SECTION = {
    "id": "new",
    "driver": "modbus",
    "transport": {"type": "tcp", "host": "10.0.0.9", "port": 502},
}
LINK = "/api/v1/links/power/survey"
NEW = "/api/v1/discovery/survey"


def silent() -> ModbusDriver:
    """A line on which nobody answers."""
    return opened(FakeBus({}), {})


def asked(asking: Asking, path: str) -> asyncio.Task[Answer]:
    """A survey of every unit, or a look at what takes as long, taken to its end."""
    survey = {"what": "units", "first": 1, "last": 200}
    body = {LINK: survey, NEW: {"section": SECTION, "survey": survey}}
    json = body.get(path, {"section": SECTION, "seconds": 30})
    work = asking.chief.ask("POST", path, json=json, to_the_end=True)
    return asyncio.create_task(work, name="asked")


@pytest.mark.parametrize("path", [LINK, NEW])
def test_a_survey_ends_with_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """In the middle of a question: a clean end, the line is given back and the link closed."""

    async def story(asking: Asking) -> None:
        driver, closed = silent(), asyncio.Event()

        @asynccontextmanager
        async def link(self: ModbusLink, now: Now, trace: Trace) -> AsyncIterator[Driver]:
            del self, now, trace
            try:
                yield driver
            finally:
                await asyncio.sleep(0.1)  # to close may take a while, and is not broken off
                closed.set()

        monkeypatch.setattr(ModbusLink, "open", link)
        asking.house.keepers["power"]._driver = driver
        answer = asked(asking, path)
        await asyncio.sleep(5)
        ended(asking.house.app)
        found = await answer
        names = [each.name for each in events_in(found.body)]
        assert (found.status, set(names)) == (200, {"progress"})
        assert 0 < len(names) < 200
        with driver.guest():
            assert closed.is_set() == (path == NEW)
        assert not asking.house.app.state.streams

    told(tmp_path, story)


def test_who_leaves_a_survey_lets_the_next_one_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was opened is closed, to its end, and the turn is the next one's."""
    closed: list[bool] = []

    @asynccontextmanager
    async def link(self: ModbusLink, now: Now, trace: Trace) -> AsyncIterator[Driver]:
        del self, now, trace
        try:
            yield silent()
        finally:
            await asyncio.sleep(0.1)
            closed.append(True)

    async def story(asking: Asking) -> None:
        monkeypatch.setattr(ModbusLink, "open", link)
        body = {"section": SECTION, "survey": {"what": "units"}}
        for count in (1, 2):
            assert (await asking.chief.post(NEW, body)).status == 200
            assert len(closed) == count

    told(tmp_path, story)


@pytest.mark.parametrize("path", ["/api/v1/discovery/try", NEW])
def test_what_is_waited_for_is_given_up_when_the_server_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """A link that does not open is not waited for; whoever asked is told why."""

    @asynccontextmanager
    async def never(self: ModbusLink, now: Now, trace: Trace) -> AsyncIterator[Driver]:
        del self, now, trace
        await asyncio.Event().wait()
        yield silent()

    async def story(asking: Asking) -> None:
        monkeypatch.setattr(ModbusLink, "open", never)
        answer = asked(asking, path)
        await asyncio.sleep(1)
        before = asyncio.get_running_loop().time()
        for _ in range(2):
            ended(asking.house.app)
        found = await answer
        assert asyncio.get_running_loop().time() - before < 1
        assert (found.status, found.json["type"]) == (503, "urn:whistle:problem:ending")
        assert not asking.house.app.state.streams

    told(tmp_path, story)


async def _gone() -> Message:
    return {"type": "http.disconnect"}


async def _waiting() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


def _scope() -> Scope:
    app = FastAPI()
    app.state.streams = set()
    return {"type": "http", "app": app}


def test_frames_that_nobody_takes_are_closed_all_the_same() -> None:
    """Who is gone before the first frame leaves nothing open."""
    seen: list[str] = []

    async def frames() -> AsyncGenerator[bytes, None]:
        seen.append("opened")
        try:
            yield b"one"
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(1)
            seen.append("closed")

    async def refused(_: Message) -> None:
        raise OSError

    async def main() -> None:
        await Watched(frames())(_scope(), _gone, refused)
        assert seen == ["opened", "closed"]

    with pytest.raises((OSError, ExceptionGroup)):
        time.run(main())
    assert seen == ["opened", "closed"]


def test_frames_that_go_wrong_are_not_taken_for_whole() -> None:
    """The mistake is told, and the answer is cut instead of ended."""
    sent: list[Message] = []

    async def frames() -> AsyncGenerator[bytes, None]:
        yield b"one"
        raise ValueError("no")

    async def send(message: Message) -> None:
        sent.append(message)

    async def main() -> None:
        with pytest.raises(ValueError, match="no"):
            await Watched(frames())(_scope(), _waiting, send)
        assert [each.get("body") for each in sent] == [None, b"one"]

    time.run(main())
