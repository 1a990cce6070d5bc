"""The platform's web side: the page, its stream, its buttons, ingest over HTTP."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cloud_bridge.contract.examples import FIRST, RAISED, example_events, narrator
from cloud_bridge.wire import BATCH_CONTENT_TYPE, MAX_BATCH_BYTES, decode_receipt, encode_batch
from edge.model import Text
from edge.mqtt import Broker
from simulators.platform import Platform
from simulators.ports import free_port
from tests.fakes.platform_events import raised
from tests.integration.platform_http import get, post, send

pytestmark = pytest.mark.integration

BODIES = [narrator().encode(kept) for kept in example_events()]
ISSUE = f"gw-1/{FIRST}/issue"
STEP = {"site": "riverside", "issue": ISSUE, "state": "accepted", "by": "Li", "party": "property"}


def play(tmp_path: Path, story: Callable[[Platform], Awaitable[None]]) -> None:
    """Run a platform without a broker while the story happens."""

    async def main() -> None:
        nobody = Broker(host="127.0.0.1", port=free_port())
        platform = Platform(tmp_path / "platform.db", nobody)
        living = asyncio.create_task(platform.run(), name="platform")
        try:
            async with asyncio.timeout(20):
                await platform.ready.wait()
                await story(platform)
        finally:
            living.cancel()
            with suppress(asyncio.CancelledError):
                await living

    asyncio.run(main())


async def ingest(platform: Platform, *bodies: bytes) -> bytes:
    """Send a batch; return the answer's body."""
    status, answer = await send(platform.url + "ingest", encode_batch(bodies), BATCH_CONTENT_TYPE)
    assert status == 200
    return answer


def test_ingest_answers_the_receipt(tmp_path: Path) -> None:
    """The same words as over MQTT, in the answer's body, also for copies."""

    async def story(platform: Platform) -> None:
        bad = BODIES[0].replace(b'"severity":900', b'"severity":0')
        receipt = decode_receipt(await ingest(platform, *BODIES[1:], bad))
        assert receipt.stored == tuple(f"gw-1/{FIRST + n}" for n in range(1, len(BODIES)))
        assert [refusal.id for refusal in receipt.refused] == [f"gw-1/{FIRST}"]
        again = decode_receipt(await ingest(platform, BODIES[1]))
        assert again.stored == (f"gw-1/{FIRST + 1}",)

    play(tmp_path, story)


def test_ingest_is_bounded(tmp_path: Path) -> None:
    """Too large is not read to its end; what is no JSON is not taken."""

    async def story(platform: Platform) -> None:
        status, _ = await send(platform.url + "ingest", b"[" + b" " * MAX_BATCH_BYTES + b"]")
        assert status == 413
        status, _ = await send(platform.url + "ingest", BODIES[0], "text/plain")
        assert status == 415

    play(tmp_path, story)


def test_page_carries_its_first_view(tmp_path: Path) -> None:
    """What is known is in the page itself: no second request, no empty first sight."""

    async def story(platform: Platform) -> None:
        await ingest(platform, *BODIES)
        status, page = await get(platform.url)
        assert status == 200
        match = re.search(rb'id="view">(.*?)</script>', page)
        assert match is not None
        view = json.loads(match[1])
        assert view["issues"][0]["title"]["zh"] == "1号楼1号梯困人"
        for name in ("style.css", "app.js"):
            status, asset = await get(platform.url + name)
            assert status == 200
            assert b"//cdn" not in asset
            assert b"https://" not in asset

    play(tmp_path, story)


def test_text_from_devices_cannot_leave_its_place_in_the_page(tmp_path: Path) -> None:
    """A device that calls itself a script is shown, not run."""
    evil = "</script><script>alert(1)</script>"
    named = raised(FIRST, replace(RAISED, text=Text(evil, evil)))

    async def story(platform: Platform) -> None:
        await ingest(platform, named)
        _, page = await get(platform.url)
        assert b"<script>alert" not in page
        assert b"\\u003cscript>alert" in page

    play(tmp_path, story)


def test_stream_shows_a_new_issue_without_reload(tmp_path: Path) -> None:
    """The stream begins with what is, then sends what comes, within a second."""

    async def story(platform: Platform) -> None:
        host, port = platform.url.removeprefix("http://").rstrip("/").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET /live HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        first = await next_view(reader)
        assert first["issues"] == []
        await ingest(platform, BODIES[0])
        async with asyncio.timeout(1):
            second = await next_view(reader)
        assert [issue["id"] for issue in second["issues"]] == [ISSUE]
        writer.close()
        await writer.wait_closed()

    play(tmp_path, story)


def test_buttons_take_an_issue_on_its_way(tmp_path: Path) -> None:
    """Right steps are taken; wrong ones are refused with a reason for the person."""

    async def story(platform: Platform) -> None:
        await ingest(platform, BODIES[0])
        assert await post(platform.url + "issue", STEP) == 204
        assert await post(platform.url + "issue", STEP) == 409
        assert await post(platform.url + "issue", STEP | {"issue": "gw-1/1/issue"}) == 404
        assert await post(platform.url + "issue", STEP | {"state": "lost"}) == 400
        assert (
            await post(platform.url + "notice", {"site": "riverside", "notice": "gw-1/1/notice"})
            == 404
        )
        _, view = await get(platform.url + "view")
        [issue] = json.loads(view)["issues"]
        assert (issue["state"], issue["by"]) == ("accepted", "Li")

    play(tmp_path, story)


def test_a_gate_is_not_opened_where_nobody_trusts_the_platform(tmp_path: Path) -> None:
    """Told at once, as is a device that nobody has heard of."""
    order = {"site": "riverside", "device": "gate-1", "action": "open", "by": "Li"}

    async def story(platform: Platform) -> None:
        assert await post(platform.url + "command", order) == 409
        await asyncio.to_thread(platform.leave_key, tmp_path)
        assert await post(platform.url + "command", order) == 404

    play(tmp_path, story)


def test_open_stream_does_not_hold_up_the_end(tmp_path: Path) -> None:
    """A page that is open somewhere never keeps the platform from ending."""

    async def main() -> None:
        platform = Platform(tmp_path / "platform.db", Broker(host="127.0.0.1", port=free_port()))
        living = asyncio.create_task(platform.run(), name="platform")
        await platform.ready.wait()
        host, port = platform.url.removeprefix("http://").rstrip("/").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET /live HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        await next_view(reader)
        living.cancel()
        async with asyncio.timeout(3):
            with suppress(asyncio.CancelledError):
                await living
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    asyncio.run(main())


async def next_view(reader: asyncio.StreamReader) -> dict[str, Any]:
    """The next view of a stream."""
    while True:
        line = await reader.readline()
        assert line, "the stream ended"
        if line.startswith(b"data: "):
            view: dict[str, Any] = json.loads(line[6:])
            return view
