"""What an MQTT session says when a broker refuses, hangs, dies or speaks another version."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import time
from contextlib import aclosing
from datetime import timedelta
from pathlib import Path

import pytest

from edge.errors import LinkDown
from edge.mqtt import Broker, connect
from simulators.broker import InProcess, broker
from simulators.ports import free_port
from tests.fakes import servers
from tests.fakes.authority import Authority
from tests.fakes.mqtt_session import at, play, started, take

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]


@pytest.fixture
def openssl_path() -> Path:
    """The program that makes certificates."""
    return servers.require("openssl", "openssl")


def certify(folder: Path) -> tuple[Path, Path]:
    """A key and a certificate for loopback that signs itself."""
    key, certificate = folder / "key.pem", folder / "cert.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(
        ["openssl", "req", "-x509", *kind, *files, *subject], check=True, capture_output=True
    )
    key.chmod(0o644)
    return key, certificate


def test_an_acl_that_forbids_a_topic_is_named(tmp_path: Path) -> None:
    """PUBACK 0x87 raises and names topic and reason; the session goes on."""
    rules = tmp_path / "acl"
    rules.write_text("topic readwrite allowed/#\n")

    async def story() -> None:
        async with (
            started(f"acl_file {rules}") as running,
            connect(at(running), client_id="a", subscriptions=["allowed/#"]) as session,
        ):
            with pytest.raises(LinkDown, match=r"refused forbidden/x: Not authorized"):
                await session.publish("forbidden/x", b"")
            assert not (await session.publish("allowed/x", b"")).no_subscriber

    play(story())


def test_a_hung_broker_is_noticed_by_the_missing_puback() -> None:
    """SIGSTOP: publish and messages raise `LinkDown` after three seconds, not after a minute."""

    async def story() -> None:
        async with (
            started() as running,
            connect(at(running), client_id="a", subscriptions=["t"]) as session,
        ):
            running.freeze()
            began = time.monotonic()
            listening = asyncio.create_task(take(session, 1))
            with pytest.raises(LinkDown, match="no PUBACK in 3 s"):
                await session.publish("t", b"x")
            with pytest.raises(LinkDown):
                await listening
            assert 2.5 < time.monotonic() - began < 4.5

    play(story())


def test_a_broker_hung_before_connack_is_noticed() -> None:
    """A kernel that accepts for a frozen broker does not make a session."""

    async def story() -> None:
        async with started() as running:
            running.freeze()
            with pytest.raises(LinkDown, match="no CONNACK"):
                async with connect(at(running), client_id="a", subscriptions=[]):
                    pytest.fail("connected to a frozen broker")

    play(story())


def test_a_killed_broker_ends_all_that_waits_and_can_come_back() -> None:
    """Both directions raise `LinkDown` when the broker dies; a new session works after restart."""

    async def story() -> None:
        async with started() as running:
            place = at(running)
            async with connect(place, client_id="a", subscriptions=["t"]) as session:
                listening = asyncio.create_task(take(session, 1))
                await asyncio.sleep(0)
                await running.kill()
                with pytest.raises(LinkDown, match="lost"):
                    await listening
                with pytest.raises(LinkDown, match="lost"):
                    await session.publish("t", b"x")
            with pytest.raises(LinkDown, match="refused"):
                async with connect(place, client_id="a", subscriptions=[]):
                    pytest.fail("connected to a dead broker")
            await running.start()
            async with connect(place, client_id="a", subscriptions=["t"]) as session:
                assert not (await session.publish("t", b"x")).no_subscriber

    play(story())


def test_a_refused_name_is_told_in_words(tmp_path: Path) -> None:
    """CONNACK with a failure becomes `LinkDown` with the broker's reason."""
    passwords = tmp_path / "passwords"
    passwords.write_text("")
    secret = tmp_path / "secret"
    secret.write_text("wrong\n")

    async def story() -> None:
        async with started("allow_anonymous false", f"password_file {passwords}") as running:
            place = at(running, username="a", password_file=str(secret))
            with pytest.raises(LinkDown, match="Not authorized"):
                async with connect(place, client_id="a", subscriptions=[]):
                    pytest.fail("connected with a wrong password")

    play(story())


# amqtt leaves the connection of a client open that it refused and that went first.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broker_of_version_3_is_named_as_such() -> None:
    """With amqtt, `version: "5"` fails with the remedy; "3.1.1" then works both ways."""

    async def story() -> None:
        async with broker(python=True) as running:
            assert isinstance(running, InProcess)
            with pytest.raises(LinkDown, match=r'set version: "3\.1\.1"'):
                async with connect(at(running, version="5"), client_id="a", subscriptions=[]):
                    pytest.fail("spoke MQTT 5 with amqtt")
            async with connect(at(running), client_id="a", subscriptions=["t/+"]) as session:
                assert not (await session.publish("t/1", b"x", retain=True)).no_subscriber
                (message,) = await take(session, 1)
                message.ack()
                assert (message.topic, message.body, message.retained) == ("t/1", b"x", False)

    play(story())
    gc.collect()  # so that what amqtt left is found here, not in the next test


def test_tls_carries_many_messages_and_knows_its_authority(
    tmp_path: Path, openssl_path: Path
) -> None:
    """What TLS decrypts in one go is read to the end; an unknown authority is refused in words."""
    assert openssl_path.is_file()
    key, certificate = certify(tmp_path)

    async def story() -> None:
        settings = (f"certfile {certificate}", f"keyfile {key}")
        async with started(*settings) as running:
            place = at(running, tls={"ca_file": str(certificate)})
            async with connect(place, client_id="a", subscriptions=["t"]) as session:
                bodies = [f"{number:06}".encode() * 200 for number in range(300)]
                sending = asyncio.gather(*(session.publish("t", body) for body in bodies))
                seen = []
                async with aclosing(session.messages()) as messages:
                    async for message in messages:
                        seen.append(message.body)
                        message.ack()
                        if len(seen) == len(bodies):
                            break
                await sending
                assert seen == bodies
            with pytest.raises(LinkDown, match="certificate verify failed"):
                async with connect(at(running, tls={}), client_id="a", subscriptions=[]):
                    pytest.fail("trusted a stranger")

    play(story())


def test_a_certificate_for_another_host_is_refused(tmp_path: Path) -> None:
    """The authority is the right one: what it has signed for others makes nobody this broker."""
    authority = Authority(tmp_path)
    other = authority.sign("other", host="192.0.2.1")

    async def story() -> None:
        settings = (f"certfile {other.cert_file}", f"keyfile {other.key_file}")
        async with started(*settings) as running:
            place = at(running, tls={"ca_file": str(authority.ca_file)})
            with pytest.raises(LinkDown, match="certificate verify failed"):
                async with connect(place, client_id="a", subscriptions=[]):
                    pytest.fail("trusted another's certificate")

    play(story())


def test_a_place_where_nobody_listens_does_not_block_the_loop() -> None:
    """Dialling runs beside the loop; what fails there is a `LinkDown`."""

    async def story() -> None:
        nowhere = Broker(host="127.0.0.1", port=free_port(), keep_alive=timedelta(seconds=5))
        with pytest.raises(LinkDown, match="refused"):
            async with connect(nowhere, client_id="a", subscriptions=[]):
                pytest.fail("connected to nothing")

    play(story())
