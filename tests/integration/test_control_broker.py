"""A broker at which each gateway has a key of its own and may speak under its own name only."""

from __future__ import annotations

import asyncio
import re
import shutil
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from cloud_bridge.mqtt import open_uplink
from cloud_bridge.wire import events_topic, receipts_topic
from edge.broker import Broker
from edge.errors import LinkDown
from edge.model import Lane
from edge.mqtt import connect
from tests.fakes.authority import Authority, Signed
from tests.fakes.mqtt_session import at, play, started
from tests.source_tree import ROOT

pytestmark = [pytest.mark.integration, pytest.mark.usefixtures("mosquitto_path")]

SITE = "riverside"

DOCUMENTS = ("docs/controls.md", "docs/controls.zh-CN.md")
BLOCK = re.compile(r"^```(conf|acl)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FOLDER = "/etc/mosquitto/"


def shown(document: str) -> dict[str, str]:
    """What a document tells people to write for mosquitto: its settings, and its list."""
    return dict(BLOCK.findall((ROOT / document).read_text(encoding="utf-8")))


class Realm:
    """A broker's files: an authority, its own certificate, and who may speak under which name."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self.authority.sign("broker")
        files = shown(DOCUMENTS[0])
        (folder / "whistle.acl").write_text(files["acl"])
        self.settings = files["conf"].replace(FOLDER, f"{folder}/").splitlines()

    def files(self, own: Signed | None) -> dict[str, str]:
        """The section `tls` of somebody with this certificate, or with none."""
        files = {"ca_file": str(self.authority.ca_file)}
        if own is not None:
            files |= {"cert_file": str(own.cert_file), "key_file": str(own.key_file)}
        return files


def test_both_languages_show_the_same_files() -> None:
    """Whoever reads Chinese sets up the same broker."""
    assert shown(DOCUMENTS[0]) == shown(DOCUMENTS[1])
    assert set(shown(DOCUMENTS[0])) == {"conf", "acl"}


async def heard(place: Broker, name: str) -> str:
    """Speak as this gateway; return why it was refused, if it was."""
    try:
        async with open_uplink(place, SITE, name) as uplink:
            await uplink.publish(Lane.LIFE_SAFETY, [b"{}"])
    except LinkDown as refused:
        return str(refused)
    return ""


def test_a_gateway_without_the_authoritys_certificate_is_not_let_in(tmp_path: Path) -> None:
    """Neither with none, nor with one that somebody else has signed; with its own it is."""
    realm = Realm(tmp_path)
    (tmp_path / "else").mkdir()
    forged = Authority(tmp_path / "else", "else").sign("gw-1")
    own = realm.authority.sign("gw-1")

    async def story() -> None:
        async with started(*realm.settings) as running:
            assert await heard(at(running, tls=realm.files(own)), "gw-1") == ""
            assert await heard(at(running, tls=realm.files(None)), "gw-1") != ""
            assert await heard(at(running, tls=realm.files(forged)), "gw-1") != ""

    play(story())


def test_a_gateway_speaks_under_its_own_name_only(tmp_path: Path) -> None:
    """The tenant next door: what it says in another's name is refused, and so is a receipt."""
    realm = Realm(tmp_path)
    neighbour = realm.authority.sign("gw-2")

    async def story() -> None:
        async with AsyncExitStack() as stack:
            running = await stack.enter_async_context(started(*realm.settings))
            place = at(running, tls=realm.files(neighbour))
            assert await heard(place, "gw-2") == ""
            assert "Not authorized" in await heard(place, "gw-1")
            session = await stack.enter_async_context(
                connect(place, client_id="neighbour", subscriptions=[])
            )
            for topic in (receipts_topic(SITE, "gw-1"), events_topic(SITE, "gw-1", Lane.INFO)):
                with pytest.raises(LinkDown, match="Not authorized"):
                    await session.publish(topic, b"{}")

    play(story())


def test_nobody_hears_of_anothers_events(tmp_path: Path) -> None:
    """What a neighbour has asked for does not come, though the one whose it is may say it."""
    realm = Realm(tmp_path)
    own, neighbour = realm.authority.sign("gw-1"), realm.authority.sign("gw-2")
    topic = events_topic(SITE, "gw-1", Lane.LIFE_SAFETY)

    async def story() -> None:
        async with AsyncExitStack() as stack:
            running = await stack.enter_async_context(started(*realm.settings))
            mine = await stack.enter_async_context(
                connect(at(running, tls=realm.files(own)), client_id="own", subscriptions=[topic])
            )
            place = at(running, tls=realm.files(neighbour))
            try:
                other = await stack.enter_async_context(
                    connect(place, client_id="neighbour", subscriptions=[topic])
                )
            except LinkDown:
                other = None  # the broker has said no at once, which is as good
            await mine.publish(topic, b"{}")
            assert (await mine.receive(5)) is not None
            assert other is None or await other.receive(0.5) is None

    play(story())


def test_a_key_that_was_exchanged_is_used_for_the_next_session(tmp_path: Path) -> None:
    """Whoever renews a key puts files in place; the old one may be taken back afterwards."""
    realm = Realm(tmp_path)
    forged_folder = tmp_path / "else"
    forged_folder.mkdir()
    forged = Authority(forged_folder, "else").sign("gw-1")
    good = realm.authority.sign("gw-1")

    async def story() -> None:
        async with started(*realm.settings) as running:
            place = at(running, tls=realm.files(forged))
            assert await heard(place, "gw-1") != ""
            await asyncio.to_thread(shutil.copy, good.cert_file, forged.cert_file)
            await asyncio.to_thread(shutil.copy, good.key_file, forged.key_file)
            assert await heard(place, "gw-1") == ""

    play(story())
