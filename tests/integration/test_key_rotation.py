"""A gateway changes the key that its broker knows it by, without a session that is lost for it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from cloud_bridge.client_keys import install, promote, request
from cloud_bridge.renewed_uplink import open_renewed
from edge.broker import Broker, BrokerTls
from edge.errors import LinkDown
from edge.model import Lane
from tests.fakes.authority import Authority
from tests.fakes.mqtt_session import at, play, started
from tests.fakes.signing import DAY, Signer

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]


class Realm:
    """A broker that lets in whom `clients` has signed, and a gateway's files."""

    def __init__(self, folder: Path) -> None:
        brokers = Authority(folder, "brokers")
        broker = brokers.sign("broker")
        self.clients = Signer(folder, "clients")
        self.own = folder / "own"
        self.own.mkdir()
        self.tls = BrokerTls(
            ca_file=str(brokers.ca_file),
            cert_file=str(self.own / "gw.crt"),
            key_file=str(self.own / "gw.key"),
        )
        self.settings = [
            f"cafile {self.clients.ca_file}",
            f"certfile {broker.cert_file}",
            f"keyfile {broker.key_file}",
            "require_certificate true",
        ]

    def renew(self, by: Signer) -> bytes:
        """Lay a next key ready that this authority has signed."""
        now = datetime.now(UTC)
        chain = by.sign(request(self.tls, "gw-1"), now - timedelta(minutes=1), DAY)
        install(self.tls, chain, "gw-1", now, by.ca_file)
        return chain

    @property
    def shown(self) -> bytes:
        """The certificate that serves."""
        return (self.own / "gw.crt").read_bytes()


async def speak(broker: Broker) -> str:
    """Open the uplink and say something; return why that was refused, if it was."""
    try:
        async with open_renewed(broker, "s", "gw-1", lambda: datetime.now(UTC)) as uplink:
            await uplink.publish(Lane.INFO, [b"{}"])
    except LinkDown as refused:
        return str(refused)
    return ""


def test_the_next_key_serves_when_the_broker_takes_it(tmp_path: Path) -> None:
    """The first is made on the box as well; the one after it takes its place by itself."""
    realm = Realm(tmp_path)

    async def story() -> None:
        async with started(*realm.settings) as running:
            broker = at(running, tls=realm.tls.model_dump())
            first = await asyncio.to_thread(realm.renew, realm.clients)
            assert await speak(broker) == ""
            assert realm.shown == first
            second = await asyncio.to_thread(realm.renew, realm.clients)
            assert realm.shown == first, "what serves is not touched"
            assert await speak(broker) == ""
            assert realm.shown == second
            assert await speak(broker) == "", "and goes on serving"

    play(story())


def test_the_one_before_serves_when_the_next_is_refused(tmp_path: Path) -> None:
    """The broker does not know who has signed the next one: events still leave, the log says so."""
    realm = Realm(tmp_path)
    (tmp_path / "else").mkdir()
    stranger = Signer(tmp_path / "else", "stranger")

    async def story() -> None:
        async with started(*realm.settings) as running:
            broker = at(running, tls=realm.tls.model_dump())
            first = await asyncio.to_thread(realm.renew, realm.clients)
            await asyncio.to_thread(promote, realm.tls)
            await asyncio.to_thread(realm.renew, stranger)
            assert await speak(broker) == ""
            assert realm.shown == first
            assert (realm.own / "gw.crt.next").exists(), "it is tried again with the next session"

    with capture_logs() as lines:
        play(story())
    assert [each["event"] for each in lines if each["event"].startswith("key.")] == ["key.refused"]
