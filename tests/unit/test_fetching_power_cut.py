"""A box whose power goes while it fetches a release goes on with it: whole, or not at all."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Final

import pytest

from edge.gateway import fetching
from tests.fakes import time as virtual
from tests.fakes.failing_box import FailingBox
from tests.fakes.failing_disk import Cut
from tests.fakes.offers import Gateway, Powered, Server, offer, release_of, running, sealed
from tests.fakes.releases import box_at

pytestmark = pytest.mark.timeout(120)

MOST_STEPS: Final = 100
"""Far more than there are."""

EVERYTHING: Final = 1000


@pytest.fixture(scope="module")
def body(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A release as it is served."""
    return release_of(tmp_path_factory.mktemp("release"))


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several of them, so that there is something between them."""
    monkeypatch.setattr(fetching, "PIECE", 4000)


async def _lives(gateway: Gateway, first: bytes, ends: str) -> None:
    """Hear the offer, as often as the platform sends it, and follow it until it stands so."""
    async with running(gateway):
        if gateway.offers.last.number == 0:
            await gateway.hear(first)
        await gateway.until(ends)
        await asyncio.sleep(1)
        if gateway.following is not None and gateway.following.done():
            gateway.following.result()


def _died(folder: Path, body: bytes, disk: FailingBox, ends: str) -> tuple[bool, Powered]:
    """Let it live until the power goes; whether it went."""
    journal = Powered({}, disk)

    async def main() -> None:
        served = body if ends == "installing" else bytes(len(body))
        gateway = Gateway(folder, Server(served), journal, disk)
        await _lives(gateway, sealed(offer(7, body)), ends)

    try:
        virtual.run(main())
    except Cut:
        return True, journal
    disk.cut()
    return False, journal


@pytest.mark.parametrize("lost", [0, 1, EVERYTHING])
@pytest.mark.parametrize(("ends", "left"), [("installing", ["offer-7.release"]), ("refused", [])])
def test_power_goes_at_any_step(
    tmp_path: Path, body: bytes, ends: str, left: list[str], lost: int
) -> None:
    """With whatever was not synced lost: what is laid ready is whole, what is refused is gone."""
    told = set()
    for steps in range(MOST_STEPS):
        folder = tmp_path / f"{steps}"
        box_at(folder / "opt")
        disk = FailingBox(steps, lost)
        cut, journal = _died(folder, body, disk, ends)
        ready = folder / "var" / "update" / "offer-7.release"
        assert not ready.exists() or ready.read_bytes() == body

        async def after(journal: Powered = journal, folder: Path = folder) -> list[str]:
            served = body if ends == "installing" else bytes(len(body))
            disk = FailingBox()
            again = Gateway(folder, Server(served), Powered(journal.states, disk), disk)
            if again.offers.last.number and not again.offers.last.open:
                return again.there
            await _lives(again, sealed(offer(7, body)), ends)
            told.update(again.states)
            return again.there

        assert virtual.run(after()) == left
        shutil.rmtree(folder)
        if not cut:
            break
    else:
        pytest.fail("fetching has no end")
    assert steps > 8
    assert ends in told
