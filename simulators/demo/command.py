"""The command `whistle demo`: a whole community, live or unattended."""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
from rich.console import Console
from rich.live import Live

from edge import logs
from simulators.broker import end_with_all
from simulators.demo.report import MARGIN_S, Report
from simulators.demo.run import LAST_WORDS_S, Played, Playing, conclude, develop, play, settle
from simulators.demo.scenario import Scenario, Step, load_scenario
from simulators.demo.screen import Held, Screen
from simulators.demo.stage import Stage, staged
from simulators.platform.report import active_alarms, counts

USUAL_PORT = 8080
"""Where a person finds the platform's page, unless something else is there."""

REFRESH_S = 0.5
PAUSE_S = 60.0
"""Between two rounds of the story when nobody said how long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for on the command line."""

    scenario: str
    seconds: float | None
    json: bool
    seed: int
    http_port: int
    language: Literal["zh", "en"]
    keep: Path | None


def run_demo(wish: Wish) -> int:
    """Run it; 0 when everything came out as the scenario says, 1 when not."""
    scenario = load_scenario(wish.scenario, wish.seed)
    if wish.seconds is not None:
        scenario = scenario.until(wish.seconds - LAST_WORDS_S)
    folder = wish.keep or Path(tempfile.mkdtemp(prefix="whistle-demo-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with (folder / "demo.log").open("a", encoding="utf-8", buffering=1) as log:
            logs.configure("text", log)
            report = asyncio.run(_demo(wish, scenario, folder))
    except KeyboardInterrupt:
        return 0
    finally:
        if wish.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    if report is None:
        return 0
    if wish.json:
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    else:
        Console().print_json(msgspec.json.encode(report).decode())
    return 0 if report.ok else 1


def _page_port(wish: Wish) -> int:
    """Return the port asked for, else the usual one if it is free; any for an unattended run."""
    if wish.http_port or wish.seconds is not None:
        return wish.http_port
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", USUAL_PORT))
        except OSError:
            return 0
    return USUAL_PORT


async def _demo(wish: Wish, scenario: Scenario, folder: Path) -> Report | None:
    screen = Screen(language=wish.language, title=scenario.name.plain(), seconds=wish.seconds)
    port = await asyncio.to_thread(_page_port, wish)
    loop = asyncio.get_running_loop()
    end_with_all()
    async with staged(scenario.site, folder, port) as stage:
        if not stage.models:
            scenario = scenario.without("models")
        console = Console(stderr=True)
        plain = not console.is_terminal
        if plain and not wish.json:
            console.print(screen.headline(stage))

        def playing(step: Step) -> None:
            line = screen.note(loop.time() - began, step)
            if plain and not wish.json:
                console.print(line, highlight=False)

        async with _shown(stage, screen, console):
            await stage.begun()
            began = loop.time()
            if wish.seconds is None:
                await _for_ever(stage, scenario, playing)
                return None
            await play(stage, scenario, playing)
            await asyncio.sleep(max(0.0, began + wish.seconds - MARGIN_S - loop.time()))
            await develop(stage)
            await settle(stage, LAST_WORDS_S)
            await stage.gateway.stop()
        played = Played(name=wish.scenario, seconds=wish.seconds, seed=wish.seed)
        return await conclude(stage, scenario, played)


async def _for_ever(stage: Stage, scenario: Scenario, playing: Playing) -> None:
    """Tell the story again and again, until somebody has seen enough."""
    while True:
        await play(stage, scenario, playing)
        await asyncio.sleep(PAUSE_S)


@asynccontextmanager
async def _shown(stage: Stage, screen: Screen, console: Console) -> AsyncIterator[None]:
    """Keep the screen up to date while the block runs; without a terminal do nothing."""
    if not console.is_terminal:
        yield
        return
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def draw(live: Live) -> None:
        while True:
            held = Held(
                counts=await stage.platform.ask(counts),
                alarms=await stage.platform.ask(active_alarms),
            )
            live.update(screen.draw(stage, held, loop.time() - began), refresh=True)
            await asyncio.sleep(REFRESH_S)

    with Live(console=console, auto_refresh=False) as live:
        drawing = asyncio.create_task(draw(live), name="screen")
        try:
            yield
        finally:
            drawing.cancel()
            await asyncio.gather(drawing, return_exceptions=True)
