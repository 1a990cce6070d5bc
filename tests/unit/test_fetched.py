"""A release that was fetched is laid ready when it may be installed, and taken back otherwise."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from edge.model import Text
from edge.update.record import Trial
from tests.fakes import time as virtual
from tests.fakes.offers import (
    DAY_S,
    FIRE,
    KEYS,
    NIGHT,
    ZONE,
    Gateway,
    offer,
    played,
    sealed,
)
from tests.fakes.releases import NEW, OLD


def test_it_is_on_disk_that_it_is_installed_before_it_is_laid_ready(tmp_path: Path) -> None:
    """Else whoever installs it might be done, and the gateway would not know of it."""

    async def story(gateway: Gateway, body: bytes) -> None:
        await gateway.hear(sealed(offer(7, body, window=NIGHT)))
        await gateway.until("fetched")
        gateway.disk.works = False
        await gateway.until("installing")
        await asyncio.sleep(3600)
        assert gateway.there == ["offer-7.part"]
        gateway.disk.works = True
        gateway.disk.write()
        await asyncio.sleep(1)
        assert gateway.there == ["offer-7.release"]

    played(tmp_path, story)


def test_it_is_installed_within_its_hours_only(tmp_path: Path) -> None:
    """In the site's time; what was laid ready and not begun with is taken back when they end."""

    async def story(gateway: Gateway, body: bytes) -> None:
        await gateway.hear(sealed(offer(7, body, window=NIGHT)))
        await gateway.until("installing")
        assert virtual.now().astimezone(ZONE).hour == 2
        assert gateway.states == ["accepted", "fetched", "installing"]
        await gateway.until("waiting")
        assert virtual.now().astimezone(ZONE).hour == 5
        assert (gateway.there, "hours" in gateway.why()) == (["offer-7.part"], True)
        await gateway.until("installing")
        assert virtual.now().astimezone(ZONE).hour == 2
        assert gateway.states[3:] == ["waiting", "installing"]

    played(tmp_path, story)


@pytest.mark.parametrize("what", ["fire", "trial", "switch"])
def test_it_waits_and_says_so_once(tmp_path: Path, what: str) -> None:
    """While it burns, somebody is stuck, or a technician tries something: until that is over."""

    async def story(gateway: Gateway, body: bytes) -> None:
        await gateway.hear(sealed(offer(7, body, window=NIGHT)))
        await gateway.until("fetched")
        gateway.burns = FIRE if what == "fire" else None
        gateway.trying = what == "trial"
        gateway.allowed = "off" if what == "switch" else "on"
        await asyncio.sleep(1.2 * DAY_S)
        assert gateway.states == ["accepted", "fetched", "waiting"]
        assert gateway.why() in {
            FIRE.en,
            "a configuration is on trial",
            "remote commands are switched off at the site",
        }
        gateway.burns, gateway.trying, gateway.allowed = None, False, "on"
        await gateway.until("installing")

    played(tmp_path, story)


def test_a_fire_that_breaks_out_takes_back_what_was_laid_ready(tmp_path: Path) -> None:
    """Unless somebody has begun with it: what is on trial is left alone."""

    async def story(gateway: Gateway, body: bytes) -> None:
        await gateway.hear(sealed(offer(7, body)))
        await gateway.until("installing")
        await asyncio.sleep(1)
        gateway.burns = FIRE
        await gateway.until("waiting")
        assert gateway.there == ["offer-7.part"]
        gateway.burns = None
        await gateway.until("installing")
        trial = Trial(version=NEW, before=OLD, began=virtual.now())
        await gateway.notes(lambda record: replace(record, trial=trial))
        gateway.burns = FIRE
        await asyncio.sleep(60)
        assert gateway.there == ["offer-7.release"]
        await gateway.installs()
        await gateway.until("installed")

    played(tmp_path, story)


def test_what_the_site_takes_back_is_not_gone_on_with(tmp_path: Path) -> None:
    """A key without the right, or a server that is not named any more: nothing is left."""

    async def story(gateway: Gateway, body: bytes) -> None:
        await gateway.hear(sealed(offer(7, body, window=NIGHT)))
        await gateway.until("fetched")
        gateway.offers.serve({})
        await gateway.until("refused")
        assert (gateway.there, "may not" in gateway.why()) == ([], True)
        gateway.offers.serve(KEYS)
        await gateway.hear(sealed(offer(8, body, window=NIGHT)))
        await gateway.until("fetched")
        gateway.unfit = Text("别处", "another server")
        await gateway.until("refused")
        assert (gateway.there, gateway.why()) == ([], "another server")

    played(tmp_path, story)


def test_what_disappears_is_told(tmp_path: Path) -> None:
    """Before it was laid ready it is fetched again; afterwards somebody has taken it."""

    async def story(gateway: Gateway, body: bytes) -> None:
        await gateway.hear(sealed(offer(7, body, window=NIGHT)))
        await gateway.until("fetched")
        await gateway.removes("offer-7.part")
        await gateway.until("installing")
        assert gateway.states == ["accepted", "fetched", "accepted", "fetched", "installing"]
        await asyncio.sleep(1)
        await gateway.removes("offer-7.release")
        await gateway.until("refused")
        assert "taken away" in gateway.why()

    played(tmp_path, story)


def test_the_clock_may_be_set_while_it_is_installed(tmp_path: Path) -> None:
    """How it went is known by the record, not by when that was."""

    async def story(gateway: Gateway, body: bytes) -> None:
        await gateway.hear(sealed(offer(7, body)))
        await gateway.until("installing")
        await asyncio.sleep(1)
        await gateway.installs(after=timedelta(days=-400))
        await gateway.until("installed")

    played(tmp_path, story)
