"""Releases that the platform offers: signed, for this gateway, by a key that may, never older."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_bridge.offers import LONGEST_LIFE, STATE, TOLD_A_MINUTE, Offers
from cloud_bridge.order_keys import SigningKey
from edge.driver import Report
from edge.model import Text
from tests.fakes import time as virtual
from tests.fakes.offers import GATES, KEY, KEYS, OTHER, Gateway, offer, played, running, sealed


@pytest.mark.parametrize(
    ("key", "changes", "why"),
    [
        (OTHER, {}, "offer.bad_signature"),
        (SigningKey.new("nobody"), {}, "offer.unknown_key"),
        (GATES, {}, "this key may not do that"),
        (KEY, {"gateway": "gw-2"}, "offer.misdirected: for site/gw-2"),
        (KEY, {"site": "other"}, "offer.misdirected"),
        (KEY, {"life": LONGEST_LIFE.total_seconds() + 1}, "offer.life"),
        (KEY, {"life": 0}, "offer.life"),
        (KEY, {"url": "http://releases.example/"}, "offer.unreadable"),
        (KEY, {"url": "https://me@releases.example/"}, "offer.unreadable"),
        (KEY, {"version": "../../etc"}, "offer.unreadable"),
    ],
)
def test_what_may_not_be_believed_is_refused(
    tmp_path: Path, key: SigningKey, changes: dict[str, object], why: str
) -> None:
    """Another's key, a key without the right, another box's: nothing is asked for, nothing kept."""

    async def story(gateway: Gateway, body: bytes) -> None:
        await gateway.hear(sealed(offer(7, body, **changes), key))  # type: ignore[arg-type] # by name
        assert gateway.states == ["refused"]
        assert why in gateway.why()
        await asyncio.sleep(60)
        assert (gateway.server.asked, gateway.there) == ([], [])
        assert STATE not in gateway.disk.kept, "no number is used up"

    played(tmp_path, story)


def test_what_does_not_fit_the_site_is_refused(tmp_path: Path) -> None:
    """A server that the site file does not name; see `edge.gateway.offered`."""

    async def story(gateway: Gateway, body: bytes) -> None:
        gateway.unfit = Text("别处", "another server")
        await gateway.hear(sealed(offer(7, body)))
        assert (gateway.states, gateway.why()) == (["refused"], "another server")

    played(tmp_path, story)


def test_one_that_is_late_early_or_left_with_the_broker_is_refused(tmp_path: Path) -> None:
    """What was made for another day, by a clock that is wrong, or for whoever came."""

    async def story(gateway: Gateway, body: bytes) -> None:
        late, now = sealed(offer(7, body, life=10)), virtual.now()
        early = offer(8, body, issued_at=now + timedelta(hours=1))
        await gateway.hear(sealed(offer(6, body)), how="retained")
        assert "retained" in gateway.why()
        await asyncio.sleep(11)
        await gateway.hear(late)
        assert "too late" in gateway.why()
        await gateway.hear(sealed(early))
        assert "from_the_future" in gateway.why()

    played(tmp_path, story)


def test_the_switch_at_the_site_holds_for_offers_too(tmp_path: Path) -> None:
    """Who switches off what comes from afar means this as well."""

    async def story(gateway: Gateway, body: bytes) -> None:
        gateway.allowed = "off"
        await gateway.hear(sealed(offer(7, body)))
        assert "switched off" in gateway.why()
        assert gateway.states == ["refused"]

    played(tmp_path, story)


def test_none_that_is_older_is_taken_and_a_copy_does_nothing(tmp_path: Path) -> None:
    """Not the one before, not another of the same number, not after a start."""

    async def story(gateway: Gateway, body: bytes) -> None:
        first, old = sealed(offer(7, body)), sealed(offer(6, body))
        await gateway.hear(first, first)
        await gateway.until("installing")
        await gateway.installs()
        await gateway.until("installed")
        assert gateway.states == ["accepted", "fetched", "installing"]
        after = Gateway(tmp_path, gateway.server, gateway.disk)
        for each in (gateway, after):
            told = len(each.told)
            await each.hear(first, old, sealed(offer(7, body, nonce="other")))
            assert each.states[told:] == ["refused", "refused"]
            assert "offer 7 was here" in each.why()

    played(tmp_path, story)


def test_a_newer_offer_takes_the_place_of_one_that_is_not_installed_yet(tmp_path: Path) -> None:
    """Of the first nothing is left; while it is installed the next is refused, its number free."""

    async def story(gateway: Gateway, body: bytes) -> None:
        gateway.server.down = True
        await gateway.hear(sealed(offer(7, body)))
        await asyncio.sleep(60)
        gateway.server.down = False
        second = sealed(offer(8, body))
        await gateway.hear(second)
        assert [(each.offer, each.state) for each in gateway.told[1:]] == [
            (7, "refused"),
            (8, "accepted"),
        ]
        await gateway.until("installing")
        await asyncio.sleep(1)
        assert gateway.there == ["offer-8.release"]
        await gateway.hear(sealed(offer(9, body)))
        assert "offer 8 is being installed" in gateway.why()
        await gateway.installs("returned")
        await gateway.until("failed")
        await gateway.hear(sealed(offer(9, body)))
        await gateway.until("installing")

    played(tmp_path, story)


def test_an_offer_is_on_disk_before_it_is_fetched(tmp_path: Path) -> None:
    """A disk that waits keeps it waiting; killed in between it is as if it had not come."""

    async def story(gateway: Gateway, body: bytes) -> None:
        gateway.disk.works = False
        await gateway.hear(sealed(offer(7, body)))
        await asyncio.sleep(3600)
        assert gateway.server.asked == []
        gateway.disk.works = True
        gateway.disk.write()
        await gateway.until("installing")

    played(tmp_path, story)


def test_a_memory_that_cannot_be_read_believes_none(tmp_path: Path) -> None:
    """Else any old one could be sent again; the gateway itself runs."""

    async def story(gateway: Gateway, body: bytes) -> None:
        gateway.disk.states[STATE] = b"{"
        after = Gateway(tmp_path, gateway.server, gateway.disk)
        async with running(after):
            await after.hear(sealed(offer(7, body)))
            assert after.states == ["refused"]

    played(tmp_path, story)


def test_a_flood_of_refusals_does_not_fill_the_disk(tmp_path: Path) -> None:
    """So many a minute are told, and nothing of what they say; a good one comes through."""

    async def story(gateway: Gateway, body: bytes) -> None:
        await gateway.hear(*(b"nonsense" for _ in range(500)))
        assert len(gateway.told) == TOLD_A_MINUTE
        assert {(each.offer, each.by, each.release) for each in gateway.told} == {(0, "", "")}
        await gateway.hear(sealed(offer(7, body)))
        await gateway.until("installing")

    played(tmp_path, story)


@given(st.binary(max_size=300) | st.integers(0, 2_000))
def test_no_bytes_do_any_harm(cut: bytes | int) -> None:
    """Neither noise nor a message with its end cut off is believed."""

    async def main() -> None:
        whole = sealed(offer(7, b"body"))
        told: list[Report] = []

        async def take(report: Report) -> None:
            told.append(report)

        offers = Offers(
            ("site", "gw-1"),
            KEYS,
            fits=lambda _: None,
            allowed=lambda: "on",
            take=take,
            now=virtual.now,
        )
        await offers.take(cut if isinstance(cut, bytes) else whole[: cut % len(whole)], "live")
        [[event]] = [report.records for report in told]
        assert (offers.last.number, event.kind) == (0, "update.refused")

    virtual.run(main())
