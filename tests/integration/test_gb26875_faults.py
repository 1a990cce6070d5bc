"""The driver and a panel with which everything goes wrong, over loopback."""

from __future__ import annotations

import asyncio

import pytest

from edge.drivers.gb26875 import frames
from edge.drivers.gb26875.frames import Framer
from edge.model import DeviceChanged, DeviceReported, Reading
from tests.fakes.gb26875 import component, frame
from tests.fakes.gb26875_site import Site, command, until, with_panel

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("fault", ["garbage", "split", "wrong_crc", "over_length", "lose_confirms"])
def test_a_fault_on_the_line_costs_no_fire(fault: str) -> None:
    """Whatever happens to the frame, the fire arrives and is confirmed."""

    async def main() -> None:
        site = Site()
        async with site.gateway(), site.alive():
            await until(lambda: site.records)
            await site.act(fault)
            await site.act("fire", zone=2, point=3)
            await until(site.all_confirmed)
            assert site.values("1-1-2-3.fire")[0] is True
            assert len(set(site.origins())) == 1

    asyncio.run(main())


@pytest.mark.parametrize("verb", ["stale_text", "short_objects", "no_date"])
def test_a_fault_in_the_words_costs_no_fire(verb: str) -> None:
    """Whatever is wrong inside the frame, the fire in it is told."""

    async def main() -> None:
        site = Site()
        async with site.gateway(), site.alive():
            await site.act(verb, zone=2, point=3)
            await until(site.all_confirmed)
            assert site.values("1-1-2-3.fire") == [True]

    asyncio.run(main())


@with_panel
async def test_serials_that_wrap_or_stand_still(site: Site) -> None:
    """65535 is followed by 0; a serial that never changes loses nothing."""
    await site.act("serial", next=65535)
    await site.act("fire", zone=1, point=1)
    await site.act("fault", zone=1, point=2)
    await until(site.all_confirmed)
    assert [origin.split("/")[1] for origin in site.origins()] == ["65535", "0"]
    await site.act("stuck_serial")
    for point in range(3, 8):
        await site.act("fault", zone=1, point=point)
    await until(site.all_confirmed)
    assert len(set(site.origins())) == 7


@with_panel
async def test_a_clock_fourteen_years_off(site: Site) -> None:
    """It is noted, and set right on demand."""
    await site.act("clock_off", years=-14)
    await site.act("fire", zone=1, point=1)
    await until(site.all_confirmed)
    (told,) = [each for each in site.records if isinstance(each, DeviceReported)]
    assert told.fields["clock_off_s"] == pytest.approx(-14 * 365 * 86400, abs=5)
    await site.tell(command("sync_clock"))
    await site.act("fault", zone=1, point=2)
    await until(site.all_confirmed)
    assert isinstance(site.records[-2], Reading)
    assert "clock_off_s" not in next(
        each.fields for each in reversed(site.records) if isinstance(each, DeviceReported)
    )


@with_panel
async def test_the_line_is_cut_and_comes_back(site: Site) -> None:
    """One event for each transition, and no fire lost between them."""
    await site.act("hang_up")
    await site.act("fire", zone=1, point=1)
    await until(site.all_confirmed)
    states = [each.state for each in site.records if isinstance(each, DeviceChanged)]
    assert states == ["online", "offline", "online"]


@with_panel
async def test_a_second_connection_of_the_same_device(site: Site) -> None:
    """It comes and goes unnoticed, and the first goes on."""
    await site.act("connect_twice")
    await asyncio.sleep(0.2)
    await site.act("fire", zone=1, point=1)
    await until(site.all_confirmed)
    states = [each.state for each in site.records if isinstance(each, DeviceChanged)]
    assert states == ["online"]


@with_panel
async def test_an_unknown_device(site: Site) -> None:
    """It is denied and hung up on, and the panel beside it is served as before."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(frames.encode(frame(component(2), source=666)))
    (denial,) = Framer().feed(await reader.read())
    assert isinstance(denial, frames.Frame)
    assert denial.command == 6
    writer.close()
    await writer.wait_closed()
    await site.act("fire", zone=1, point=1)
    await until(site.all_confirmed)
    assert all("666" not in origin for origin in site.origins())
