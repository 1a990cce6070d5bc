"""A whole gateway that its platform offers a release: over MQTT and a line that breaks off."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import apsw
import pytest

from cloud_bridge.download import download
from cloud_bridge.offering import Parcel
from cloud_bridge.order_keys import SigningKey
from edge.broker import Broker
from edge.config import Configuration, load
from edge.errors import LinkDown
from edge.gateway import Gateway, fetching, releases, updates
from edge.update.service import here
from simulators.broker import broker
from simulators.platform import Platform
from simulators.platform.depot import Depot
from simulators.ports import free_port
from tests.fakes.authority import Authority
from tests.fakes.releases import VENDOR, about, box_at, released

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]

PATIENCE_S: Final = 30.0
NEW: Final = "999.0.0"
SITE: Final = """
site: {{id: s, name: {{zh: 测试, en: Test}}}}
gateway: {{id: gw, store: var}}
page: {{serve: 'off'}}
links: []
devices: []
uplinks: [{{id: city, type: mqtt, broker: {{host: 127.0.0.1, port: {broker}}}}}]
updates: {{url: "https://127.0.0.1:{depot}/", tls: {{ca_file: authority.crt}}}}
commands:
  remote: true
  keys: [{{id: platform, public_key_file: platform.pub, updates: true}}]
"""


class Scene:
    """A platform with a release that `key` has signed, and a gateway on a box."""

    def __init__(
        self, folder: Path, port: int, monkeypatch: pytest.MonkeyPatch, key: SigningKey
    ) -> None:
        self.folder = folder
        machine = here("", {})
        release = about(
            version=NEW, architecture=machine.architecture, python=machine.python, schemas={}
        )
        self.release = released(folder / "served", key, release)
        self.body = self.release.read_bytes()
        signed = Authority(folder).sign("server")
        self.depot = Depot(folder / "served", signed.cert_file, signed.key_file, free_port())
        self.platform = Platform(folder / "platform.db", Broker(host="127.0.0.1", port=port))
        self.platform.leave_key(folder)
        (folder / "site.yaml").write_text(SITE.format(broker=port, depot=self.depot.port))
        (folder / "keys").mkdir()
        (folder / "keys" / "vendor.pub").write_text(VENDOR.public)
        root = box_at(folder / "opt").root
        for module in (releases, updates):
            monkeypatch.setattr(module, "release_of_this", lambda: root / "releases" / "0.1.0")
        monkeypatch.setattr(releases, "KEYS", folder / "keys")
        monkeypatch.setattr(fetching, "LOOK_S", 0.05)
        (folder / "var").mkdir()
        self.gateway = Gateway(load(folder / "site.yaml", language="en"))

    async def offer(self, number: int, **changes: object) -> None:
        """Offer it."""
        sides: dict[str, object] = {
            "site": "s",
            "gateway": "gw",
            "offer": number,
            "by": "王工",
            "version": NEW,
            "url": f"https://127.0.0.1:{self.depot.port}/{self.release.name}",
            "size": len(self.body),
            "sha256": hashlib.sha256(self.body).hexdigest(),
        }
        await self.platform.offer(Parcel(**{**sides, **changes}))  # type: ignore[arg-type] # by name

    async def told(self) -> list[str]:
        """The types of what the platform has stored of offers, in order."""

        def asked(db: apsw.Connection) -> list[str]:
            rows = db.execute("SELECT type FROM events WHERE type LIKE '%.update.%' ORDER BY id")
            return [str(kind).split(".")[2] for (kind,) in rows]

        return await self.platform.ask(asked)

    async def hears(self, state: str) -> None:
        """Wait until the platform has stored that."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while state not in await self.told():  # noqa: ASYNC110 - asked again and again
                    await asyncio.sleep(0.1)
        assert state in await self.told()

    async def says(self, words: str) -> None:
        """Wait until the gateway says what is wrong; until then no file was asked for."""
        reason = ""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while words not in reason and not self.depot.asked:
                    await asyncio.sleep(0.1)
                    standing = (await self.gateway.running.standing()).update
                    reason = standing.reason.en if standing else ""
        assert self.depot.asked == []
        assert words in reason

    async def until(self, wanted: Callable[[], bool]) -> None:
        """Wait until it is so."""
        async with asyncio.timeout(PATIENCE_S):
            while not wanted():  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.02)


@asynccontextmanager
async def played(
    folder: Path, monkeypatch: pytest.MonkeyPatch, key: SigningKey = VENDOR
) -> AsyncIterator[Scene]:
    """Have all of them run while the block lasts."""
    async with broker(free_port()) as running:
        scene = await asyncio.to_thread(Scene, folder, running.port, monkeypatch, key)
        stop = asyncio.Event()
        async with scene.depot.opened(), asyncio.TaskGroup() as tasks:
            platform = tasks.create_task(scene.platform.run(), name="platform")
            await scene.platform.ready.wait()
            await scene.platform.connected.wait()
            gateway = tasks.create_task(scene.gateway.run(stop), name="gateway")
            await scene.until(lambda: bool(scene.gateway.running.uplinks()))
            await scene.until(lambda: all(u for u, _ in scene.gateway.running.uplinks().values()))
            yield scene
            stop.set()
            await gateway
            platform.cancel()


def test_a_line_that_breaks_off_three_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it lies ready in the end, fetched once; platform and page are told."""

    async def main() -> None:
        async with played(tmp_path, monkeypatch) as scene:
            ready = tmp_path / "var" / "update" / "offer-1.release"
            scene.depot.breaks = [3000, 0, 2000]
            await scene.offer(1)
            await scene.until(ready.exists)
            assert await asyncio.to_thread(ready.read_bytes) == scene.body
            assert scene.depot.asked == [0, 3000, 3000, 5000]
            standing = (await scene.gateway.running.standing()).update
            assert standing is not None
            assert (standing.state, standing.release) == ("installing", NEW)
            await scene.hears("installing")
            assert sorted(await scene.told()) == ["accepted", "fetched", "installing"]

    asyncio.run(main())


def test_a_name_that_no_host_can_have_is_a_line_that_is_down() -> None:
    """It ends nothing: it is tried again like any other."""

    async def main() -> None:
        with pytest.raises(LinkDown, match="is no name of a host"):
            async with download("https://a..example/r", None, 0):
                pass

    asyncio.run(main())


@pytest.mark.parametrize("wrong", ["hash", "host", "publisher", "certificate"])
def test_what_is_not_right_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """Another content, server or publisher is refused; whom nobody vouches for is not asked."""
    key = SigningKey.new("somebody") if wrong == "publisher" else VENDOR

    async def main() -> None:
        async with played(tmp_path, monkeypatch, key) as scene:
            if wrong == "certificate":
                other_site = await asyncio.to_thread(_without_ca, tmp_path)
                await scene.gateway.reconfigure(other_site)
                await scene.offer(1)
                await scene.says("CERTIFICATE")
                return
            other = f"https://localhost:{scene.depot.port}/{scene.release.name}"
            changes = {"host": {"url": other}, "hash": {"sha256": "0" * 64}}
            await scene.offer(1, **changes.get(wrong, {}))
            await scene.hears("refused")
            folder = tmp_path / "var" / "update"
            assert not folder.exists() or not list(folder.iterdir())

    asyncio.run(main())


def _without_ca(folder: Path) -> Configuration:
    site = folder / "site.yaml"
    text = site.read_text(encoding="utf-8")
    site.write_text(text.replace(", tls: {ca_file: authority.crt}", ""), encoding="utf-8")
    return load(site, language="en")
