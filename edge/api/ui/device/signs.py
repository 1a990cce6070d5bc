"""What is known of how a device can be heard, gathered from what runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from edge.api.running import Running
from edge.api.ui.device.condition import profile_of, standing_of, tally_of
from edge.api.ui.device.silence import LATELY, Signs
from edge.drivers import KINDS
from edge.model import Device, Quality, Text
from edge.strangers import Heard


def signs_of(running: Running, device: Device, told: str, now: datetime) -> Signs:
    """Gather them; `told` is what was last said of the device going away or answering in part."""
    standing = standing_of(running, device)
    others = _others(running, device)
    strangers = _strangers(running, device)
    bad = tuple(_bad(running, device))
    return Signs(
        now=now,
        condition=standing.condition,
        since=standing.since,
        link=device.link,
        standing=running.state.links.get(device.link),
        told=told,
        tally=tally_of(running, device),
        others=len(others),
        heard=sum(_heard_lately(running, each, now) for each in others),
        bad=bad,
        points=len(device.points),
        strangers=(*strangers[True], *strangers[False]),
        suiting=len(strangers[True]),
        quiet=standing.quiet,
    )


def _others(running: Running, device: Device) -> tuple[Device, ...]:
    devices = running.configuration.site.devices.values()
    return tuple(each for each in devices if each.link == device.link and each.id != device.id)


def _heard_lately(running: Running, device: Device, now: datetime) -> bool:
    online = running.state.readings.get(f"{device.id}/online")
    last = tally_of(running, device).last_good
    is_on = online is not None and online.value is True
    return is_on or (last is not None and now - last < LATELY)


def _bad(running: Running, device: Device) -> Iterator[Text]:
    for name, point in device.points.items():
        reading = running.state.readings.get(f"{device.id}/{name}")
        if reading is not None and reading.quality is Quality.BAD:
            yield point.text


def _strangers(running: Running, device: Device) -> dict[bool, tuple[Heard, ...]]:
    """Who speaks on the link and is not configured, by whether the device's profile suits."""
    keeper = running.keepers.get(device.link)
    heard = keeper.trace.strangers.all() if keeper else ()
    suits = {id(each): _suits(running, device, each) for each in heard}
    return {
        wanted: tuple(each for each in heard if suits[id(each)] is wanted)
        for wanted in (True, False)
    }


def _suits(running: Running, device: Device, heard: Heard) -> bool:
    profile = profile_of(running, device)
    kind = KINDS.get(profile.driver) if profile else None
    if profile is None or kind is None or kind.fits is None:
        return False
    return kind.fits(profile, heard) is not None
