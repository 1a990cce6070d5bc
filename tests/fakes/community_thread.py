"""A simulated community in a thread of its own, so that a test can look on from outside."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from edge.broker import Broker
from edge.model import Value
from simulators.broker import broker
from simulators.community import simulators_of
from simulators.demo.stage import CLOUD_PORT, FIELD_PORT, copy_site
from simulators.platform.platform import Platform
from simulators.simulator import Simulator

T = TypeVar("T")

READY_S = 30.0
ACT_S = 10.0


@dataclass(slots=True)
class Community:
    """The devices of a site file, their broker, and the platform; `folder` has the site file."""

    folder: Path
    ports: Mapping[int, int]
    simulators: dict[str, Simulator]
    loop: asyncio.AbstractEventLoop
    platform: Platform | None = None

    @property
    def site_file(self) -> Path:
        """The site file, on ports that are free here."""
        return self.folder / "site.yaml"

    def act(self, device: str, verb: str, **args: Value) -> None:
        """Let a device do something, as a scenario would; return when it has begun."""
        self.do(self.simulators[device].act(device, verb, args))

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something where the community lives."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(ACT_S)


@contextmanager
def community(site: str, folder: Path) -> Iterator[Community]:
    """Let a shipped site live in a folder until the block ends."""
    ports, loop = copy_site(site, folder), asyncio.new_event_loop()
    lives = Community(folder, ports, simulators_of(folder / "site.yaml"), loop)
    ready, failures, over = threading.Event(), list[BaseException](), asyncio.Event()

    async def live() -> None:
        async with AsyncExitStack() as stack:
            cloud = await stack.enter_async_context(broker(ports[CLOUD_PORT]))
            if FIELD_PORT in ports:
                await stack.enter_async_context(broker(ports[FIELD_PORT]))
            at = Broker(host="127.0.0.1", port=cloud.port, version=cloud.version)
            lives.platform = Platform(folder / "platform.db", at)
            await asyncio.to_thread(lives.platform.leave_key, folder)
            each = dict.fromkeys(lives.simulators.values())
            tasks = [asyncio.create_task(lives.platform.run(), name="platform")]
            tasks += [asyncio.create_task(s.run(), name=f"simulator {s.id}") for s in each]
            await lives.platform.ready.wait()
            ready.set()
            await over.wait()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def run() -> None:
        try:
            loop.run_until_complete(live())
        except BaseException as failure:  # noqa: BLE001 - told to whoever waits
            failures.append(failure)
            ready.set()

    (thread := threading.Thread(target=run, name="community", daemon=True)).start()
    assert ready.wait(READY_S), "the community does not come to life"
    assert not failures, failures
    try:
        yield lives
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(READY_S)
        loop.close()
