"""A release that the platform offers is fetched bit by bit, over any line and after any start."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from cloud_bridge.order_keys import SigningKey
from edge.gateway import fetching
from edge.gateway.fetching import PACE
from edge.model import Text
from edge.update.refused import Refused
from tests.fakes import time as virtual
from tests.fakes.offers import (
    DAY_S,
    FIRE,
    NIGHT,
    Gateway,
    Server,
    offer,
    played,
    release_of,
    running,
    sealed,
)
from tests.fakes.releases import NEW, VENDOR, about, box_at, released


def test_what_is_offered_is_fetched_laid_ready_and_told(tmp_path: Path) -> None:
    """Each step is told; how it went is told as that of any release, and nothing is left."""

    async def story(gateway: Gateway, body: bytes) -> None:
        await gateway.hear(sealed(offer(7, body)))
        await gateway.until("installing")
        await asyncio.sleep(1)
        assert gateway.states == ["accepted", "fetched", "installing"]
        assert {(each.offer, each.release, each.by) for each in gateway.told} == {
            (7, NEW, "platform:王工")
        }
        assert gateway.noted == [(NEW, 7, "platform:王工")]
        assert gateway.there == ["offer-7.release"]
        ready = gateway.store / "update" / "offer-7.release"
        assert await asyncio.to_thread(ready.read_bytes) == body
        await gateway.installs()
        await gateway.until("installed")
        assert (len(gateway.told), gateway.there) == (3, [])

    played(tmp_path, story)


def test_what_breaks_off_is_gone_on_with_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was cut between two bytes; a server that knows no ranges begins anew."""
    monkeypatch.setattr(fetching, "PIECE", 700)

    async def story(gateway: Gateway, body: bytes) -> None:
        gateway.server.breaks = [1200, 1, 0, 750]
        await gateway.hear(sealed(offer(7, body)))
        await gateway.until("installing")
        assert gateway.server.asked == [0, 1200, 1201, 1201, 1951]
        await gateway.installs("returned")
        await gateway.until("failed")
        gateway.server.ranges, gateway.server.breaks = False, [1200]
        await gateway.hear(sealed(offer(8, body)))
        await gateway.until("installing")
        assert gateway.server.asked[-2:] == [0, 1200]

    played(tmp_path, story)


def test_a_server_that_is_away_is_asked_less_and_less_until_it_is_over(tmp_path: Path) -> None:
    """Told once, when the offer expires; the status says meanwhile what is wrong."""

    async def story(gateway: Gateway, body: bytes) -> None:
        gateway.server.down = True
        await gateway.hear(sealed(offer(7, body, life=DAY_S)))
        await asyncio.sleep(DAY_S / 2)
        standing = gateway.fetching.standing()
        assert standing is not None
        assert (standing.state, standing.had, standing.reason.en) == (
            "accepted",
            0,
            "connection refused",
        )
        assert 100 < len(gateway.server.asked) < 400
        await gateway.until("refused")
        assert (gateway.states, gateway.there) == (["accepted", "refused"], [])
        assert "expired" in gateway.why()

    played(tmp_path, story)


def test_the_line_is_left_to_alarms(tmp_path: Path) -> None:
    """No faster than the pace; while it burns not a byte more than what is on its way."""

    async def story(gateway: Gateway, body: bytes) -> None:
        began = virtual.now()
        await gateway.hear(sealed(offer(7, body)))
        await gateway.until("installing")
        assert (virtual.now() - began).total_seconds() >= len(body) / PACE
        await gateway.installs("returned")
        await gateway.until("failed")
        gateway.burns = FIRE
        await gateway.hear(sealed(offer(8, body)))
        await asyncio.sleep(DAY_S)
        assert gateway.offers.last.standing == "accepted"
        gateway.burns = None
        await gateway.until("installing")

    played(tmp_path, story)


def test_what_is_not_what_was_offered_is_refused_and_removed(tmp_path: Path) -> None:
    """Another content, size or version; for another box, too old; signed by no publisher; noise."""
    unknown = _made(tmp_path / "unknown", SigningKey.new("somebody"))
    forged = _made(tmp_path / "forged", SigningKey.new("vendor"))
    other_version = _made(tmp_path / "version", version="0.1.5")
    other_box = _made(tmp_path / "box", architecture="arm64")
    older = _made(tmp_path / "older", version="0.0.9")
    expired = _made(tmp_path / "expired", expires=virtual.EPOCH - timedelta(days=1))

    async def story(gateway: Gateway, body: bytes) -> None:
        other = bytes([*body[:-1], body[-1] ^ 1])
        cases = [
            (other, offer(7, body), "hash"),
            (body[:-1], offer(8, body), "were offered"),
            (body, offer(9, body[:-1]), "were offered"),
            (unknown, offer(10, unknown), "signed by somebody"),
            (forged, offer(11, forged), "the signature is wrong"),
            (other_version, offer(12, other_version), "this is 0.1.5, and not 0.2.0"),
            (other_box, offer(13, other_box), "this box is amd64"),
            (older, offer(14, older, version="0.0.9"), "is older"),
            (expired, offer(15, expired), "expired on 2025-12-31"),
            (b"x" * 600, offer(16, b"x" * 600), "no release"),
        ]
        for served, wanted, why in cases:
            gateway.server.body = served
            await gateway.hear(sealed(wanted))
            await gateway.until("refused")
            assert why in gateway.why()
            assert gateway.states[-2:] == ["accepted", "refused"]
            assert gateway.there == []

    played(tmp_path, story)


def test_a_server_that_gives_more_than_was_offered_is_left(tmp_path: Path) -> None:
    """It need not say how much it has: what is beyond is not read, and nothing is kept."""

    async def story(gateway: Gateway, body: bytes) -> None:
        gateway.server.says, gateway.server.body = False, body + bytes(100_000)
        await gateway.hear(sealed(offer(7, body)))
        await gateway.until("refused")
        assert "larger than it was offered" in gateway.why()
        assert len(body) < gateway.server.given <= len(body) + 500
        assert gateway.there == []

    played(tmp_path, story)


def test_a_disk_with_little_room_is_left_to_alarms(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused before a byte is asked for."""

    async def story(gateway: Gateway, body: bytes) -> None:
        def full(missing: int) -> None:
            raise Refused("没有", f"not enough room for {missing}")

        monkeypatch.setattr(gateway.inbox, "room", full)
        await gateway.hear(sealed(offer(7, body)))
        await gateway.until("refused")
        assert (gateway.why(), gateway.server.asked) == (f"not enough room for {len(body)}", [])

    played(tmp_path, story)


def test_a_disk_that_refuses_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And goes on from what it took: half a piece may be there."""

    async def story(gateway: Gateway, body: bytes) -> None:
        extend, refused = gateway.inbox.extend, [2]

        def sometimes(number: int, more: bytes) -> None:
            if refused[0]:
                refused[0] -= 1
                extend(number, more[:100])
                raise OSError("no space left on device")
            extend(number, more)

        monkeypatch.setattr(gateway.inbox, "extend", sometimes)
        await gateway.hear(sealed(offer(7, body)))
        await gateway.until("installing")
        assert gateway.server.asked == [0, 100, 200]

    played(tmp_path, story)


def test_a_start_goes_on_where_it_was(tmp_path: Path) -> None:
    """Fetched in half, fetched, being installed: each is taken up, and nothing told twice."""
    body = release_of(tmp_path)
    box_at(tmp_path / "opt")

    async def main() -> None:
        first = Gateway(tmp_path, Server(body, [1000]))
        async with running(first):
            await first.hear(sealed(offer(7, body, window=NIGHT)))
            while not first.there:  # noqa: ASYNC110 - the disk tells nobody
                await asyncio.sleep(0.01)
        second = Gateway(tmp_path, Server(body), first.disk)
        async with running(second):
            await second.until("fetched")
            assert second.server.asked == [1000]
        third = Gateway(tmp_path, Server(body), first.disk)
        async with running(third):
            await third.until("installing")
            await asyncio.sleep(1)
            assert (third.states, third.server.asked) == (["installing"], [])
        fourth = Gateway(tmp_path, Server(body), first.disk, version=NEW)
        fourth.unfit = Text("已是", "it is not newer than what runs")
        await fourth.installs()
        async with running(fourth):
            await fourth.until("installed")
            assert (fourth.told, fourth.there) == ([], [])

    virtual.run(main())


def test_what_no_offer_needs_is_removed_at_a_start(tmp_path: Path) -> None:
    """As when the journal that knew of it was lost; what others have laid there stays."""
    folder = tmp_path / "var" / "update"
    folder.mkdir(parents=True)
    for name in ("offer-7.part", "from-a-stick.release"):
        (folder / name).write_bytes(b"x")

    async def story(gateway: Gateway, body: bytes) -> None:
        await asyncio.sleep(1)
        assert (len(body) > 0, gateway.there) == (True, ["from-a-stick.release"])

    played(tmp_path, story)


def test_what_a_power_cut_has_damaged_is_fetched_once_more(tmp_path: Path) -> None:
    """Half a file of zeros has the right length, and the wrong hash."""
    folder = tmp_path / "var" / "update"
    folder.mkdir(parents=True)
    (folder / "offer-7.part").write_bytes(bytes(1000))
    (folder / "offer-3.part").write_bytes(b"of one before")

    async def story(gateway: Gateway, body: bytes) -> None:
        await gateway.hear(sealed(offer(7, body)))
        await gateway.until("installing")
        assert gateway.server.asked == [1000, 0]
        assert gateway.there == ["offer-7.release"]

    played(tmp_path, story)


def _made(folder: Path, key: SigningKey = VENDOR, **sides: object) -> bytes:
    """Return a release as it is served, with something else said of it."""
    return released(folder, key, about(**sides)).read_bytes()
