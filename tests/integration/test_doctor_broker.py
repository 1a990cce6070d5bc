"""`whistle doctor --broker` at a real mosquitto, and what it says of TLS with a wrong authority."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from simulators.ports import free_port
from tests.fakes.authority import Authority
from tests.fakes.doctor import Visit, visit
from tests.fakes.mqtt_session import started

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]

SITE = """
site: {{id: s, name: {{zh: 测试, en: Test}}, language: en}}
gateway: {{id: gw, store: var}}
page: {{serve: "off"}}
links: [{{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {free}}}}}]
devices:
  - {{id: f, link: fire, profile: panels/gb26875, name: {{zh: 甲, en: A}}, address: {{address: 3}}}}
uplinks:
  - {{id: city, type: mqtt, broker: {{host: 127.0.0.1, port: {port}{more}}}}}
"""

# In a process of its own: it leaves connections open behind it.
CHILD = """
import asyncio, sys
from simulators.broker import InProcess

async def main():
    await InProcess(int(sys.argv[1])).start()
    await asyncio.sleep(120)

asyncio.run(main())
"""

RULES = """
topic readwrite community/v1/s/gw/#
"""
NARROW = """
topic write community/v1/s/gw/events/#
topic read community/v1/s/gw/receipts
"""


def looked(
    folder: Path, *settings: str, more: str = "", words: str = "--broker", tls: int = 0
) -> Visit:
    """Look at a broker with these settings."""
    site = folder / "site.yaml"

    async def story() -> Visit:
        async with started(*settings) as running:
            text = SITE.format(free=free_port(), port=tls or running.port, more=more)
            await asyncio.to_thread(site.write_text, text, encoding="utf-8")
            return await asyncio.to_thread(visit, site, *words.split())

    return asyncio.run(story())


def verdicts(found: Visit) -> dict[str, str]:
    """Each check with its verdict."""
    return {each["check"]: each["verdict"] for each in found.findings}


def acl(folder: Path, rules: str) -> str:
    """A line of mosquitto's configuration."""
    file = folder / "acl"
    file.write_text(rules, encoding="utf-8")
    file.chmod(0o644)
    return f"acl_file {file}"


def test_a_broker_without_rules(tmp_path: Path) -> None:
    """Mosquitto does all that is asked of it; only that anybody may speak for anybody is told."""
    found = looked(tmp_path)
    assert verdicts(found) == {
        "broker.unheard": "ok",
        "broker.not_authorized": "look",
        "broker.redelivery": "ok",
        "broker.session_expiry": "ok",
        "broker.retained": "ok",
        "broker.share": "ok",
        "broker.size": "ok",
    }
    assert "0x10" in found.seen("broker.unheard")
    assert "delivers each to one" in found.seen("broker.share")


def test_a_broker_with_rules(tmp_path: Path) -> None:
    """A gateway that has its own tree is refused another's, by a code that is seen."""
    found = looked(tmp_path, acl(tmp_path, RULES))
    assert "0x87" in found.seen("broker.not_authorized")
    assert set(verdicts(found).values()) == {"ok"}


def test_a_broker_with_narrow_rules(tmp_path: Path) -> None:
    """Where nothing may be tried, that and the topic to allow are said, and nothing is wrong."""
    found = looked(tmp_path, acl(tmp_path, NARROW))
    assert found.of("broker.not_authorized") == "ok"
    assert found.of("broker.redelivery") == "look"
    assert "community/v1/s/gw/doctor/" in found.seen("broker.share")
    assert found.status == 0


@pytest.mark.parametrize(
    ("setting", "check"),
    [
        ("message_size_limit 20000", "broker.size"),
        ("retain_available false", "broker.retained"),
        ("max_queued_messages 0", ""),
    ],
)
def test_a_broker_that_does_less(tmp_path: Path, setting: str, check: str) -> None:
    """What it does not do is found, and nothing else is wrong."""
    found = looked(tmp_path, setting)
    wrong = {name for name, verdict in verdicts(found).items() if verdict == "wrong"}
    assert wrong == ({check} if check else set())


def test_an_old_broker(tmp_path: Path) -> None:
    """Without reason codes nobody can tell; the rest is tried all the same."""
    found = looked(tmp_path, more=', version: "3.1.1"')
    assert found.of("broker.unheard") == "look"
    assert found.of("broker.not_authorized") == "look"
    assert found.of("broker.redelivery") == "ok"
    assert found.of("broker.share") == "ok"


def test_a_broker_that_is_not_there(tmp_path: Path) -> None:
    """Each probe says so."""
    site = tmp_path / "site.yaml"
    site.write_text(SITE.format(free=free_port(), port=free_port(), more=""), encoding="utf-8")
    found = visit(site, "--broker")
    assert set(verdicts(found).values()) == {"wrong"}


def served(signed_by: Authority, lasts: timedelta) -> Callable[[int], list[str]]:
    """What a listener with TLS needs in mosquitto's configuration."""
    signed = signed_by.sign("broker", lasts)
    signed.key_file.chmod(0o644)

    def settings(port: int) -> list[str]:
        return [
            f"listener {port} 127.0.0.1",
            f"certfile {signed.cert_file}",
            f"keyfile {signed.key_file}",
        ]

    return settings


@pytest.mark.parametrize(
    ("lasts", "trusted", "verdict", "words"),
    [
        (timedelta(days=90), "city", "ok", "89 days left"),
        (timedelta(days=9), "city", "look", "days left"),
        (timedelta(days=-1), "city", "wrong", "certificate has expired"),
        (timedelta(days=90), "other", "wrong", "issued by CN=city"),
    ],
)
def test_a_certificate_of_a_broker(
    tmp_path: Path, lasts: timedelta, trusted: str, verdict: str, words: str
) -> None:
    """One that is trusted, ends soon, is over; one of another authority is told by its issuer."""
    authorities = {name: Authority(tmp_path, name) for name in ("city", "other")}
    port = free_port()
    settings = served(authorities["city"], lasts)(port)
    more = f", tls: {{ca_file: {authorities[trusted].ca_file}}}"
    found = looked(tmp_path, *settings, more=more, words="", tls=port)
    assert found.of("uplink.mqtt.tls") == verdict
    assert words in found.seen("uplink.mqtt.tls")
    assert found.of("uplink.mqtt", "city") == ("look" if verdict == "wrong" else "ok")


def test_a_broker_that_only_says_so(tmp_path: Path) -> None:
    """The one in Python grants a group and delivers nothing, and forgets what was not confirmed."""
    site, port = tmp_path / "site.yaml", free_port()
    text = SITE.format(free=free_port(), port=port, more=', version: "3.1.1"')
    site.write_text(text, encoding="utf-8")
    with subprocess.Popen([sys.executable, "-c", CHILD, str(port)]) as child:
        try:
            listening(port)
            found = visit(site, "--broker")
        finally:
            child.kill()
    assert found.seen("broker.share") == "$share is granted, and delivers 0 + 0 / 20"
    assert found.of("broker.redelivery") == "wrong"
    assert found.of("broker.retained") == "ok"


def listening(port: int) -> None:
    """Return once somebody listens there."""
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return
