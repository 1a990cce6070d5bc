"""What `docker/prepare` makes, and a real broker that keeps to it."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from edge.broker import Broker
from edge.errors import LinkDown
from edge.mqtt import connect
from simulators.broker import Mosquitto, mosquitto
from simulators.ports import free_port
from tests.fakes.containers import BOX, SERVICES
from tests.source_tree import ROOT

SECONDS = 5.0

pytestmark = [
    pytest.mark.integration,
    pytest.mark.usefixtures("mosquitto_path"),
    pytest.mark.skipif(os.geteuid() != 0, reason="docker/prepare gives files away: root alone may"),
]


class Box:
    """A checkout of its own, with what `docker/prepare` has made for it."""

    def __init__(self, folder: Path) -> None:
        self.checkout, self.path = folder / "checkout", folder / "box"
        for name in ("docker", "requirements"):
            shutil.copytree(
                ROOT / name, self.checkout / name, ignore=shutil.ignore_patterns(".env")
            )
        self._mosquitto = mosquitto() or ""
        self.prepare(str(self.path))

    def prepare(self, *words: str) -> str:
        """Run it; what it prints for others to take."""
        return subprocess.run(
            [self.checkout / "docker" / "prepare", *words],
            check=True, text=True, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
        ).stdout  # fmt: skip

    def secret(self, name: str) -> Path:
        """Write the password of a device, or of the gateway, where a session finds it."""
        if name == "whistle":
            return self.path / "site" / "secrets" / "broker"
        path = self.path / name
        path.write_text(self.prepare("device", name).split()[1])
        return path

    @asynccontextmanager
    async def broker(self) -> AsyncIterator[Mosquitto]:
        """The broker of compose.yaml, on loopback."""
        conf = (ROOT / "docker/broker/mosquitto.conf").read_text()
        conf = conf.replace("/mosquitto/private", str(self.path / "broker"))
        conf = conf.replace("/mosquitto/data/", f"{self.path / 'broker-data'}/")
        lines = [line for line in conf.splitlines() if not line.startswith(("#", "listener"))]
        running = Mosquitto(self._mosquitto, free_port(), lines)
        await running.start()
        try:
            yield running
        finally:
            await running.kill()


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Box:
    """One for all tests of this file: passwords are made slowly, on purpose."""
    return Box(tmp_path_factory.mktemp("prepared"))


def at(running: Mosquitto, name: str, secret: Path | None) -> Broker:
    """The way to the broker, as somebody."""
    password_file = str(secret) if secret else None
    return Broker(host="127.0.0.1", port=running.port, username=name, password_file=password_file)


def test_all_that_containers_mount_is_there_and_theirs(box: Box) -> None:
    """Each folder and each secret belongs to the account that its container runs as, alone."""
    seen = 0
    for section in SERVICES.values():
        user = int(section.get("user", "10001").partition(":")[0])
        sources = [mount["source"] for mount in section.get("volumes", ())]
        sources += [f"${{WHISTLE_BOX}}/secrets/{name}" for name in section.get("secrets", ())]
        for source in filter(BOX.match, sources):
            found = (box.path / BOX.sub("", source)).stat()
            assert (found.st_uid, found.st_mode & 0o077) == (user, 0), source
            seen += 1
    assert seen > 8
    assert (box.path / "secrets").stat().st_mode & 0o077 == 0


def test_preparing_again_changes_nothing(box: Box) -> None:
    """Somebody runs it a second time after an upgrade: passwords and site stay."""

    def everything() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in box.path.rglob("*") if path.is_file()}

    before = everything()
    box.prepare()
    assert everything() == before


def test_a_box_that_has_moved_is_found(box: Box, tmp_path: Path) -> None:
    """Compose is told where it is, once, and what somebody has written beside it stays."""
    env = box.checkout / "docker" / ".env"
    assert env.read_text() == f"WHISTLE_BOX={box.path}\n"
    env.write_text(f"{env.read_text()}WHISTLE_LANG=zh\n")
    box.prepare(str(tmp_path / "elsewhere"))
    assert env.read_text() == f"WHISTLE_LANG=zh\nWHISTLE_BOX={tmp_path / 'elsewhere'}\n"
    box.prepare(str(box.path))
    assert env.stat().st_mode & 0o777 == 0o644


def test_no_two_passwords_are_the_same(box: Box) -> None:
    """They come from chance, and are long enough not to be tried."""
    secrets = [*(box.path / "secrets").iterdir(), box.secret("whistle")]
    words = [path.read_text().strip() for path in secrets]
    assert len({*words}) == len(words) == 4
    assert min(map(len, words)) >= 24


def test_a_stranger_is_refused(box: Box) -> None:
    """Without a name, without a password, with another's, with a name that is not known."""
    box.secret("1005")
    others = box.secret("whistle")

    async def story() -> None:
        async with box.broker() as running:
            for name, secret in (("", None), ("1005", None), ("1005", others), ("1006", others)):
                with pytest.raises(LinkDown, match=r"(?i)not authori[sz]ed"):
                    async with connect(at(running, name, secret), client_id="x", subscriptions=[]):
                        pytest.fail(f"{name!r} was let in")

    asyncio.run(story())


def test_a_device_speaks_on_its_own_topics_alone(box: Box) -> None:
    """The gateway hears it and answers it; it can neither be another nor listen to one."""
    own, gateway = box.secret("1001"), box.secret("whistle")

    async def story() -> None:
        async with (
            box.broker() as running,
            connect(at(running, "whistle", gateway), client_id="g", subscriptions=["#"]) as hears,
            connect(
                at(running, "1001", own), client_id="d", subscriptions=["mqtt/face/1001"]
            ) as device,
        ):
            for topic in ("mqtt/face/1001/Rec", "mqtt/face/heartbeat", "sensors/1001/state"):
                await device.publish(topic, b"{}")
                heard = await hears.receive(SECONDS)
                assert heard is not None
                assert heard.topic == topic
            for topic in ("mqtt/face/1002/Rec", "sensors/1002/state", "mqtt/face/1001", "x"):
                with pytest.raises(LinkDown, match="Not authorized"):
                    await device.publish(topic, b"{}")
            await hears.publish("mqtt/face/1001", b"open")
            told = await device.receive(SECONDS)
            assert told is not None
            await hears.publish("mqtt/face/1002", b"open")
            assert await device.receive(1.0) is None

    asyncio.run(story())


def test_a_lost_password_is_replaced(box: Box) -> None:
    """The new one counts, the old one no longer, and no other device's changes."""
    other = box.secret("1003")
    old = box.secret("1004").read_text()
    new = box.secret("1004").read_text()
    passwords = (box.path / "broker" / "passwords").read_text()
    assert old != new
    assert passwords.count("1004:") == passwords.count("1003:") == 1

    async def story() -> None:
        async with box.broker() as running:
            for name, secret in (("1003", other), ("1004", box.path / "1004")):
                async with connect(at(running, name, secret), client_id=name, subscriptions=[]):
                    pass

    asyncio.run(story())
