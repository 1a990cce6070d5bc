"""Everything a demonstration needs, running: brokers, platform, devices, the gateway process."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Final

from cloud_bridge.wire import Status
from edge.broker import Broker
from edge.errors import ConfigError
from simulators.broker import RunningBroker, broker
from simulators.community import simulators_of
from simulators.demo.models import lend_models
from simulators.demo.noticed import Acted
from simulators.demo.outages import Outages
from simulators.demo.process import GatewayProcess
from simulators.demo.reactions import Reactions
from simulators.demo.scenario import AT_PLATFORM, Step
from simulators.platform.platform import Platform
from simulators.platform.report import statuses
from simulators.ports import free_port
from simulators.simulator import Simulator

SITES = resources.files("simulators") / "sites"
CLOUD_PORT: Final = 18830
FIELD_PORT: Final = 18831
PAGE_PORT: Final = 18843
PORTS: Final = re.compile(r"\b1(?:50|88)\d\d\b")
"""How the ports of a shipped site look; each is replaced by one that is free here."""

LOOK_S = 0.1
START_S = 30.0
"""A story begins by then, whatever the gateway has reached."""


def utc_now() -> datetime:
    """Return the instant."""
    return datetime.now(UTC)


@dataclass(slots=True, kw_only=True)
class Stage:
    """What is running, and what a scenario can do to it.

    `page` is where the gateway's own page is, `code` opens it as long as nobody has used it.
    `models`: there are models for the cameras.
    """

    folder: Path
    page: str
    platform: Platform
    cloud: RunningBroker
    simulators: dict[str, Simulator]
    gateway: GatewayProcess
    outages: Outages = field(default_factory=Outages)
    reactions: Reactions = field(default_factory=Reactions)
    models: bool = False
    acted: list[Acted] = field(default_factory=list)
    status: Status | None = None
    readings_before: int = 0
    code: str = ""
    _coded: int = 0
    _looked: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def journal(self) -> Path:
        """Where the gateway keeps its journal."""
        return self.folder / "var" / "journal.db"

    async def act(self, step: Step) -> None:
        """Do one step of a scenario."""
        self.acted.append(Acted(step=step, at=utc_now()))
        match step.do:
            case "cut_cloud":
                await self._cut_cloud(step.lasts)
            case "fill_disk":
                await self._fill_disk(step.lasts)
            case "kill_gateway":
                self.outages.begin(utc_now())
                await self.gateway.kill()
                self.outages.all[-1].mended = utc_now()
            case verb if verb.startswith(AT_PLATFORM):
                await self.platform.act(verb.removeprefix(AT_PLATFORM), step.args)
            case _:
                await self._act_on_device(step)

    async def watch(self) -> None:
        """Follow the gateway's own word on itself; it ends an outage."""
        while True:
            for status in await self.platform.ask(statuses):
                self._follow(status)
                if status.at and status.online:
                    self.outages.seen_whole(status.at)
            if self._coded != self.gateway.starts and (code := await self.gateway.code()):
                self.code, self._coded = code, self.gateway.starts
            self._looked.set()
            self._looked = asyncio.Event()
            await asyncio.sleep(LOOK_S)

    async def begun(self) -> None:
        """Return when the gateway has every link: before that a story tells nobody anything."""
        wanted = {simulator.id for simulator in self.simulators.values()}
        with suppress(TimeoutError):
            async with asyncio.timeout(START_S):
                while not wanted <= self._up():
                    await self.looked()

    async def looked(self) -> None:
        """Return when the gateway's word has been looked at once more."""
        await self._looked.wait()

    def _up(self) -> set[str]:
        """The links that the gateway says are up; what it has not tried yet is not among them."""
        return {link.id for link in self.status.links if link.up} if self.status else set()

    @property
    def readings(self) -> int:
        """How many readings the gateway has told of, over all its starts."""
        return self.readings_before + (self.status.readings if self.status else 0)

    def _follow(self, status: Status) -> None:
        if not status.online:
            return
        last = self.status
        if last is not None and last.started_at != status.started_at:
            self.readings_before += last.readings
        self.status = status

    async def _cut_cloud(self, seconds: float) -> None:
        self.outages.begin(utc_now())
        await self.cloud.kill()
        await asyncio.sleep(seconds)
        await self.cloud.start()
        self.outages.all[-1].mended = utc_now()

    async def _fill_disk(self, seconds: float) -> None:
        """What is not on disk is told to nobody: to the platform this is an outage as well."""
        await self.gateway.begun()
        self.outages.begin(utc_now())
        self.gateway.limit_files("full")
        await asyncio.sleep(seconds)
        self.gateway.limit_files("free")
        self.outages.all[-1].mended = utc_now()

    async def _act_on_device(self, step: Step) -> None:
        simulator = self.simulators.get(step.device)
        if simulator is None:
            raise ConfigError(f"the scenario names {step.device!r}, the site has no such device")
        await simulator.act(step.device, step.do, dict(step.args))
        if step.reaches:
            self.reactions.expect(simulator.told[-1], step.reaches)


@asynccontextmanager
async def staged(site: str, folder: Path, http_port: int) -> AsyncIterator[Stage]:
    """Set the stage in a folder; everything ends with the block."""
    ports = await asyncio.to_thread(copy_site, site, folder)
    async with AsyncExitStack() as stack:
        cloud = await stack.enter_async_context(broker(ports[CLOUD_PORT]))
        if FIELD_PORT in ports:
            await stack.enter_async_context(broker(ports[FIELD_PORT]))
        platform = Platform(
            folder / "platform.db",
            Broker(host="127.0.0.1", port=cloud.port, version=cloud.version),
            http_port,
        )
        await asyncio.to_thread(platform.leave_key, folder)
        site_file = folder / "site.yaml"
        if cloud.version != "5":
            await asyncio.to_thread(_set_version, site_file, cloud.version)
        stage = Stage(
            folder=folder,
            page=f"https://127.0.0.1:{ports[PAGE_PORT]}",
            platform=platform,
            cloud=cloud,
            simulators=await asyncio.to_thread(simulators_of, site_file),
            gateway=GatewayProcess(site_file, folder / "gateway.log"),
            models=await asyncio.to_thread(lend_models, folder),
        )
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(platform.run(), name="platform")]
            await platform.ready.wait()
            running += [
                tasks.create_task(each.run(), name=f"simulator {each.id}")
                for each in dict.fromkeys(stage.simulators.values())
            ]
            running.append(tasks.create_task(stage.watch(), name="watch"))
            running.append(tasks.create_task(stage.gateway.supervise(), name="gateway"))
            try:
                yield stage
            finally:
                await stage.gateway.stop()
                for task in running:
                    task.cancel()


def copy_site(site: str, folder: Path) -> dict[int, int]:
    """Copy a shipped site into a folder on free ports; return which port became which."""
    ports: dict[int, int] = {}

    def free(match: re.Match[str]) -> str:
        return str(ports.setdefault(int(match[0]), free_port()))

    with resources.as_file(SITES / site) as source:
        shutil.copytree(source, folder, dirs_exist_ok=True)
    site_file = folder / "site.yaml"
    site_file.write_text(PORTS.sub(free, site_file.read_text(encoding="utf-8")), encoding="utf-8")
    return ports


def _set_version(site_file: Path, version: str) -> None:
    """Make every broker of the site one that speaks only this version."""
    text = site_file.read_text(encoding="utf-8")
    site_file.write_text(
        re.sub(r"broker: \{(.*?)\}", rf'broker: {{\1, version: "{version}"}}', text),
        encoding="utf-8",
    )
