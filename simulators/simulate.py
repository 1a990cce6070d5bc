"""The command `whistle simulate`: a site's devices, brokers and platform, without the gateway."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from rich.console import Console
from ruamel.yaml import YAML

from edge.broker import Broker
from edge.errors import ConfigError
from edge.files.problems import Language
from edge.model import Text
from simulators.broker import broker, end_with_all
from simulators.community import simulators_of
from simulators.demo.scenario import Scenario, load_scenario
from simulators.platform.platform import Platform
from simulators.simulator import Simulator

LOCAL: Final = Text(
    "模拟设备就在站点文件里写的地址上：复制一份，写 host: 127.0.0.1 和本机空闲的端口",
    "simulated devices stand at the addresses in the site file:"
    " give a copy of it free ports of this machine, host 127.0.0.1",
)


def run_devices(
    site_file: Path, scenario: str | None, seed: int, web: tuple[str, int], language: Language
) -> int:
    """Simulate until interrupted; the gateway runs elsewhere, with the same site file.

    `web` is where the platform's page is; a second platform has the port after it.
    """
    story = load_scenario(scenario, seed) if scenario else None
    simulators = simulators_of(site_file)
    if story is not None:
        _check_story(story, simulators, language)
    ports = _ports(site_file)
    taken: ExceptionGroup[OSError] | None = None
    with tempfile.TemporaryDirectory(prefix="whistle-simulate-") as folder:
        try:
            asyncio.run(_live(simulators, ports, web, story, Path(folder)))
        except* OSError as group:
            taken = group
    if taken is not None:
        raise ConfigError(f"{_first(taken)}; {_in(LOCAL, language)}")
    return 0


def _first(group: ExceptionGroup[OSError]) -> OSError:
    each: OSError | ExceptionGroup[OSError] = group
    while isinstance(each, ExceptionGroup):
        each = each.exceptions[0]
    return each


async def _live(
    simulators: dict[str, Simulator],
    ports: tuple[Sequence[int], Sequence[int]],
    web: tuple[str, int],
    story: Scenario | None,
    folder: Path,
) -> None:
    end_with_all()
    console = Console(stderr=True)
    platforms, all_ports = ports
    async with AsyncExitStack() as stack:
        versions = {
            port: (await stack.enter_async_context(broker(port))).version for port in all_ports
        }
        async with asyncio.TaskGroup() as tasks:
            host, first = web
            for number, port in enumerate(platforms):
                address = Broker(host="127.0.0.1", port=port, version=versions[port])
                own = first + number if first else 0
                platform = Platform(folder / f"platform-{port}.db", address, own, host=host)
                tasks.create_task(platform.run(), name=f"platform {port}")
                await platform.ready.wait()
                console.print(f"{platform.url}  MQTT 127.0.0.1:{port}", highlight=False)
            for each in dict.fromkeys(simulators.values()):
                tasks.create_task(each.run(), name=f"simulator {each.id}")
            if story is not None:
                tasks.create_task(_tell(story, simulators, console), name="story")


async def _tell(story: Scenario, simulators: dict[str, Simulator], console: Console) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    for step in story.steps:
        await asyncio.sleep(began + step.second - loop.time())
        console.print(f"{step.second:5.0f} s  {step.device}  {step.do}", highlight=False)
        try:
            await simulators[step.device].act(step.device, step.do, dict(step.args))
        except ValueError as error:
            console.print(f"         {error}", highlight=False, markup=False)


def _check_story(story: Scenario, simulators: Mapping[str, Simulator], language: Language) -> None:
    """Refuse what cannot be told here, before anything is started."""
    if missing := sorted({step.device for step in story.steps if step.device} - set(simulators)):
        there = ", ".join(simulators)
        words = Text(
            f"剧本要用 {', '.join(missing)}；本站点的设备有 {there}",
            f"the scenario needs {', '.join(missing)}; the devices of this site are {there}",
        )
        raise ConfigError(_in(words, language))
    if other := sorted({step.do for step in story.steps if not step.device}):
        words = Text(
            f"剧本里的 {', '.join(other)} 不针对设备：见 `whistle demo`",
            f"the scenario does {', '.join(other)} to no device: see `whistle demo`",
        )
        raise ConfigError(_in(words, language))


def _ports(site_file: Path) -> tuple[Sequence[int], Sequence[int]]:
    """Return the platforms' broker ports, and those of every broker on this machine."""
    site = YAML(typ="safe").load(site_file.read_text(encoding="utf-8"))
    uplinks = [uplink["broker"].get("port", 1883) for uplink in site.get("uplinks", ())]
    links = [link["broker"].get("port", 1883) for link in site["links"] if "broker" in link]
    return uplinks, sorted({*uplinks, *links})


def _in(text: Text, language: Language) -> str:
    return text.zh if language == "zh" else text.en
