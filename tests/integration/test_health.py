"""`whistle health`, against a house that answers at its socket."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from edge.__main__ import main
from edge.api.server import serve
from edge.local_socket import NAME, listen
from tests.fakes.house import FakeHouse

pytestmark = pytest.mark.integration


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[FakeHouse]:
    """A house that works, at its socket until the block ends."""
    house = await asyncio.to_thread(FakeHouse, folder)  # routes are read from their source files
    listening = await asyncio.to_thread(listen, folder / "var" / NAME, 16)
    async with house.lives():
        house.start(serve(house.app, listening, "api", door="socket"), "serve")
        yield house


def asked(folder: Path, *words: str) -> int:
    """What the command returns of that house."""
    return main(["--lang", "en", "health", "--store", str(folder / "var"), *words])


def test_a_gateway_that_works_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It answers, and what happens is on disk."""

    async def story() -> None:
        async with served(tmp_path):
            assert await asyncio.to_thread(asked, tmp_path, "--ready") == 0

    asyncio.run(story())
    assert capsys.readouterr().out == "the gateway works\n"


def test_one_that_answers_without_working_is_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """To restart it would help nobody: that is said, and counts only where it is asked for."""

    async def story() -> None:
        async with served(tmp_path) as house:
            house.current = None
            assert await asyncio.to_thread(asked, tmp_path) == 0
            assert await asyncio.to_thread(asked, tmp_path, "--ready") == 1

    asyncio.run(story())
    said = "the gateway runs, but the site file is wrong: see `whistle doctor`\n"
    assert capsys.readouterr().out == 2 * said


def test_nobody_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No store, a store without a socket, a socket that nobody listens at any more."""
    store = tmp_path / "var"
    assert asked(tmp_path) == 1
    store.mkdir()
    assert asked(tmp_path) == 1
    listen(store / NAME, 1).close()
    assert asked(tmp_path) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line.partition(f"no gateway answers at {store}: ")[2] for line in told] == [
        "No such file or directory",
        "No such file or directory",
        "Connection refused",
    ]


def test_the_site_file_names_the_store_too(tmp_path: Path) -> None:
    """As with every other command."""
    site = tmp_path / "site.yaml"
    site.write_text("gateway: {id: g, store: elsewhere}\n")
    (tmp_path / "elsewhere").mkdir()
    assert main(["health", str(site)]) == 1


def test_asking_costs_little() -> None:
    """It is asked twice a minute on small boxes: nothing that reads site files is loaded."""
    code = "import sys, edge.cli.health; sys.exit('edge.config' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
