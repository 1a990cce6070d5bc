"""A disk that is full, or may only be read, while the gateway runs or when it starts."""

from __future__ import annotations

import asyncio
import ssl
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from edge.cli.local import ask, look
from edge.errors import ConfigError
from simulators.demo.process import GatewayProcess
from simulators.gate import FaceGates
from simulators.ports import free_port
from tests.fakes.small_disk import small_disk
from tests.system.proof.loop_disk import LoopDisk, missing
from tests.system.test_fire_reaction import Panel, burn, confirmed_fires, running

pytestmark = [pytest.mark.usefixtures("mosquitto_path"), pytest.mark.timeout(180)]

AT_ONCE_MS: Final = 1_000
"""From the second detector's frame until each gate is told; the disk has no part in it."""

SOME: Final = 5
"""Fires while the disk refuses."""

KEPT_S: Final = 60.0
"""Until everything is on disk that was told while it refused: tried again each second, or so."""

PATIENCE_S: Final = 5.0

Story = Callable[[Panel, FaceGates, GatewayProcess], Awaitable[None]]


def told(folder: Path, path: str) -> Any:
    """What the gateway says at its socket."""
    return ask(folder / "var", "GET", path, lambda _, en: en)


async def until(holds: Callable[[], object]) -> Any:
    """What it returns as soon as that is something; asked in a thread, for it waits for answers."""
    async with asyncio.timeout(KEPT_S):
        while True:
            try:
                if found := await asyncio.to_thread(holds):
                    return found
            except (ConfigError, OSError):
                pass  # not there yet
            await asyncio.sleep(0.1)


async def burns(panel: Panel, gates: FaceGates, count: int = SOME) -> None:
    """Fires, each of which opens each gate at once."""
    for number in range(count):
        slowest = max(await burn(panel, gates, number))
        assert slowest < AT_ONCE_MS


async def says_so(folder: Path) -> str:
    """Why the disk takes nothing, as the page has it too; nothing is promised meanwhile."""
    standing = await until(lambda: (s := told(folder, "/standing"))["refusal"] and s)
    status, _ = await asyncio.to_thread(look, folder / "var", "/readyz", PATIENCE_S)
    assert status == 503
    return str(standing["refusal"])


async def all_is_kept(folder: Path, panel: Panel) -> None:
    """Every frame is answered in the end, and the gateway says that it is well."""
    await until(lambda: len(panel.confirmed) == panel.serial)
    await until(lambda: told(folder, "/standing")["refusal"] == "")
    await until(lambda: look(folder / "var", "/readyz", PATIENCE_S)[0] == 200)


async def lived(folder: Path, story: Story, page: int | None = None) -> None:
    """Tell a story to a gateway whose store is on the small disk."""
    async with running(folder, page or free_port()) as (panel, gates, gateway):
        await story(panel, gates, gateway)


def test_a_disk_that_is_filled_while_it_runs(tmp_path: Path) -> None:
    """Gates open, the alarm is on the page, which says why nothing is kept; later all of it is."""
    with small_disk(tmp_path / "var") as disk:

        async def story(panel: Panel, gates: FaceGates, gateway: GatewayProcess) -> None:
            del gateway
            panel.reset()
            await burns(panel, gates, 1)
            await until(lambda: len(panel.confirmed) == panel.serial)
            with ExitStack() as full:
                full.enter_context(disk.full())
                while not (await until(lambda: told(tmp_path, "/standing")))["refusal"]:
                    await burns(panel, gates, 1)
                before = len(panel.confirmed)
                await burns(panel, gates)
                panel.fire(40, 1)
                panel.fire(40, 2)
                await until(lambda: "b3/fire_confirmed" in str(told(tmp_path, "/alarms")))
                assert "full" in await says_so(tmp_path)
                assert len(panel.confirmed) == before
                panel.reset()
                await asyncio.to_thread(full.close)
            await all_is_kept(tmp_path, panel)

        asyncio.run(lived(tmp_path, story))
        fires = confirmed_fires(tmp_path / "var" / "journal.db")
        assert fires["alarm.raised"] == fires["alarm.cleared"] > SOME


def test_a_start_on_a_disk_that_is_full(tmp_path: Path) -> None:
    """The first start of all finds no room: devices are read, gates open, and it is kept later."""
    with small_disk(tmp_path / "var") as disk:

        async def story(panel: Panel, gates: FaceGates, gateway: GatewayProcess) -> None:
            panel.reset()
            await burns(panel, gates)
            assert not panel.confirmed
            assert gateway.starts == 1
            await asyncio.to_thread(full.close)
            await all_is_kept(tmp_path, panel)

        with ExitStack() as full:
            full.enter_context(disk.full())
            asyncio.run(lived(tmp_path, story))
        fires = confirmed_fires(tmp_path / "var" / "journal.db")
        assert fires == {"alarm.raised": SOME, "alarm.cleared": SOME}


def shut_page(port: int) -> str:
    """What a browser is shown."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        with urllib.request.urlopen(
            f"https://127.0.0.1:{port}/alarms", context=context, timeout=PATIENCE_S
        ) as answer:
            return f"{answer.status}"
    except urllib.error.HTTPError as refused:
        return f"{refused.code} {refused.read().decode()}"


def test_a_start_on_a_disk_that_may_only_be_read(tmp_path: Path) -> None:
    """It goes on from what is known: the alarm that was open is not raised a second time.

    Accounts cannot be opened, so the page lets nobody in, and says why; when the disk may be
    written again, all of it comes back without a restart.
    """
    page = free_port()
    with small_disk(tmp_path / "var") as disk:

        async def before(panel: Panel, gates: FaceGates, gateway: GatewayProcess) -> None:
            del gates, gateway
            panel.reset()
            panel.fire(30, 1)
            panel.fire(30, 2)
            await until(lambda: len(panel.confirmed) == panel.serial)
            await until(lambda: not shut_page(page).startswith("503"))

        async def after(panel: Panel, gates: FaceGates, gateway: GatewayProcess) -> None:
            panel.fire(30, 3)
            panel.reset()
            await burns(panel, gates)
            assert not panel.confirmed
            said = await until(lambda: shut_page(page))
            assert said.startswith("503")
            assert "whistle doctor" in said
            disk.may("write")
            await all_is_kept(tmp_path, panel)
            assert gateway.starts == 1
            await until(lambda: not shut_page(page).startswith("503"))

        asyncio.run(lived(tmp_path, before, page))
        disk.may("read")
        asyncio.run(lived(tmp_path, after, page))
        fires = confirmed_fires(tmp_path / "var" / "journal.db")
        assert fires == {"alarm.raised": 1 + SOME, "alarm.cleared": 1 + SOME}


@pytest.mark.skipif(missing() != "", reason=f"mounts a disk: {missing()}")
def test_a_disk_that_the_kernel_gives_up_while_it_runs(tmp_path: Path) -> None:
    """From one moment on it may only be read: gates open, also after a kill and a start."""
    disk = LoopDisk(tmp_path / "image", tmp_path / "var")

    async def dies(panel: Panel, gates: FaceGates, gateway: GatewayProcess) -> None:
        panel.reset()
        await burns(panel, gates, 1)
        await until(lambda: len(panel.confirmed) == panel.serial)
        await until(lambda: told(tmp_path, "/standing"))
        before = len(panel.confirmed)
        await disk.abort()
        await burns(panel, gates)
        assert await says_so(tmp_path)
        assert len(panel.confirmed) == before
        await gateway.kill()

    async def starts(panel: Panel, gates: FaceGates, gateway: GatewayProcess) -> None:
        await burns(panel, gates)
        assert not panel.confirmed
        assert gateway.starts == 1

    async def story() -> None:
        await disk.make()
        try:
            await lived(tmp_path, dies)
            await lived(tmp_path, starts)
            fires = await asyncio.to_thread(confirmed_fires, tmp_path / "var" / "journal.db")
            assert fires == {"alarm.raised": 1, "alarm.cleared": 1}
        finally:
            await disk.remove()

    asyncio.run(story())
