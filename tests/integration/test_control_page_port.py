"""The page's port is somebody else's: everything else goes on, and the page comes when it may."""

from __future__ import annotations

import asyncio
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from edge.config import PageSection
from edge.gateway.page import serve_page
from tests.fakes.house import FakeHouse

pytestmark = pytest.mark.integration


def test_a_port_that_is_taken_is_told_once_and_taken_when_it_is_free(tmp_path: Path) -> None:
    """No end of the process, no line for each try; a technician gets in as soon as it is free."""
    house = FakeHouse(tmp_path / "site")
    listens = asyncio.Event()

    async def told(url: str) -> None:
        assert url.startswith("https://127.0.0.1:")
        listens.set()

    async def main() -> None:
        taken = await asyncio.to_thread(socket.create_server, ("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        section = PageSection.model_validate({"listen": {"host": "127.0.0.1", "port": port}})
        async with house.lives():
            page = asyncio.create_task(
                serve_page(
                    house.app,
                    section,
                    tmp_path / "var",
                    lambda: datetime.now(UTC),
                    ending=lambda: None,
                    listens=told,
                ),
                name="page",
            )
            await asyncio.sleep(4)
            assert not page.done()
            assert not listens.is_set()
            taken.close()
            async with asyncio.timeout(20):
                await listens.wait()
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.transport.abort()
            page.cancel()
            await asyncio.wait([page])

    with capture_logs() as lines:
        asyncio.run(main())
    changes = [each["way"] for each in lines if each["event"] == "page.changed"]
    assert changes[:2] == ["down", "up"]
