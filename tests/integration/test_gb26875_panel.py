"""The driver and the simulated panel, over loopback."""

from __future__ import annotations

import asyncio

import pytest

from edge.errors import CommandRejected
from edge.model import DeviceReported, DeviceReset, Value
from tests.fakes.gb26875_site import Site, command, until, with_panel

pytestmark = pytest.mark.integration


@with_panel
async def test_a_fire_and_its_end(site: Site) -> None:
    """A fire comes on, is confirmed under the ledger's own origin, and goes."""
    await site.act("fire", zone=10, point=2)
    await until(site.all_confirmed)
    assert site.values("1-1-10-2.fire") == [True]
    assert site.origins() == [site.panel.told[0].origin]
    await site.act("restore", zone=10, point=2)
    await until(site.all_confirmed)
    assert site.values("1-1-10-2.fire") == [True, False]


@with_panel
async def test_the_panel_waits_until_it_is_kept(site: Site) -> None:
    """What is not kept is not confirmed and comes again; kept at last, it is confirmed."""
    site.keeps = False
    await site.act("fire", zone=1, point=1)
    await until(lambda: len(site.unkept) >= 3)
    assert not site.all_confirmed()
    assert len(set(site.origins())) == 1
    site.keeps = True
    report = site.unkept[-1]
    assert report.kept is not None
    report.kept()
    await until(site.all_confirmed)


def test_what_waits_outlives_the_gateway() -> None:
    """A fire told to a gateway that dies is told again to the next one."""

    async def main() -> None:
        site = Site()
        site.keeps = False
        async with site.alive():
            async with site.gateway():
                await site.act("fire", zone=3, point=4)
                await until(lambda: site.unkept)
            site.keeps = True
            await site.act("fault", zone=3, point=5)
            async with site.gateway():
                await until(site.all_confirmed)
        assert len(set(site.origins())) == 2
        assert site.values("1-1-3-4.fire")[-1] is True
        assert site.values("1-1-3-5.fault")[-1] is True

    asyncio.run(main())


@with_panel
async def test_a_fire_overtakes_an_upload(site: Site) -> None:
    """A fire in the middle of the upload of 300 detectors does not wait for its end."""
    site.keeps = False
    await site.act("status")
    await until(lambda: site.unkept)
    await site.act("fire", zone=10, point=2)
    await until(lambda: True in site.values("1-1-10-2.fire"))
    assert len(site.origins()) <= 3
    assert site.panel.device.line.waiting == 31
    site.keeps = True
    await until(site.all_confirmed)


@with_panel
async def test_a_storm_is_confirmed_to_the_last(site: Site) -> None:
    """Five hundred faults in a row all arrive, in order."""
    await site.act("storm", count=500)
    await until(site.all_confirmed)
    assert site.origins() == [told.origin for told in site.panel.told]


@with_panel
async def test_a_reset_and_a_call_point(site: Site) -> None:
    """An alarm given by hand comes on; a reset is told as such and ends it."""
    await site.act("call_point")
    await site.act("reset")
    await until(site.all_confirmed)
    assert site.values("1-1.manual_alarm") == [True, False]
    resets = [each for each in site.records if isinstance(each, DeviceReset)]
    assert [(each.device, each.component) for each in resets] == [("fire-1", "1-1")]


@with_panel
async def test_an_analog_value_and_the_devices_own_status(site: Site) -> None:
    """Values come in their unit, the device's own bits as plain points."""
    await site.act("analog", zone=1, point=2, name="temperature", value=-12.3)
    await site.act("mains_fault")
    await until(site.all_confirmed)
    assert site.values("1-1-1-2.temperature") == [-12.3]
    assert site.values("main_power_fault") == [True]


@with_panel
async def test_reads(site: Site) -> None:
    """Everything the profile lets a person read is answered and told."""
    place: dict[str, Value] = {"system_type": 1, "system_address": 1, "zone": 10, "point": 2}
    system: dict[str, Value] = {"system_type": 1, "system_address": 1}
    for action in ("read_component", "read_component_config", "read_analog"):
        await site.tell(command(action, **place))
    for action in ("read_status", "read_operations", "read_version", "read_config", "read_time"):
        await site.tell(command(action))
        await site.tell(command(action, **system))
    await until(lambda: len(site.origins()) == 13)
    assert site.values("1-1-10-2.fire") == [False]


@with_panel
async def test_what_the_panel_denies(site: Site) -> None:
    """A component that is not there is denied, and the one who asked is told."""
    place: dict[str, Value] = {"system_type": 1, "system_address": 1, "zone": 99, "point": 2}
    with pytest.raises(CommandRejected, match="denied"):
        await site.tell(command("read_component", **place))
    assert site.origins() == []


@with_panel
async def test_a_duty_check(site: Site) -> None:
    """A person at the device answers, and the answer is kept like any report."""
    site.panel.device.habits.duty_answer_s = 0.1
    await site.tell(command("duty_check", minutes=1))
    await until(site.all_confirmed)
    assert [told.what for told in site.panel.told] == ["device_operation"]


@pytest.mark.parametrize("dialect", ["dgiot", "dahua-bcd"])
def test_other_dialects(dialect: str) -> None:
    """Heartbeat, fire, read and clock in the other ways of speaking."""

    async def main() -> None:
        site = Site(dialect)
        async with site.gateway(), site.alive():
            await site.act("fire", zone=1, point=1)
            await until(site.all_confirmed)
            await until(lambda: site.panel.device.line.waiting == 0)
            await site.tell(command("read_status"))
            await site.tell(command("sync_clock"))
            told = next(each for each in site.records if isinstance(each, DeviceReported))
            assert "clock" not in told.fields
            assert "clock_off_s" not in told.fields

    asyncio.run(main())


@with_panel
async def test_a_wrong_verb(site: Site) -> None:
    """A scenario that asks for what there is not is told what there is."""
    with pytest.raises(ValueError, match="cannot dance; it can fire"):
        await site.act("dance")
    with pytest.raises(ValueError, match="fire-2 is not fire-1"):
        await site.panel.act("fire-2", "fire", {})
    with pytest.raises(ValueError, match="no detector at zone 99"):
        await site.act("fire", zone=99)
    with pytest.raises(ValueError, match="zone is 'x'"):
        await site.act("fire", zone="x")
