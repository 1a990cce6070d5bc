"""What is behind a loss: a link, its bus, or what several links hang on; one alarm, not forty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field

from edge.model import Lane, Text
from edge.rules.alarm import PointAlarm, Words
from edge.rules.common_cause import FEWEST, CommonCause
from edge.rules.link import group_of, link_alarm
from edge.rules.rule import BuiltIn
from edge.schema import Duration, Id, Strict
from edge.site import Site

_SILENT: Final = Text(
    "链路通而其后的设备全部无应答", "The link is up and no device behind it answers"
)
_NETWORK: Final = Text(
    "网络设备之后的链路全部中断", "Every link behind this piece of the network is lost"
)


class OfflineOptions(Strict):
    """How many have to be lost at once for it to be one trouble; what hangs on what."""

    behind: Mapping[Id, tuple[Id, ...]] = Field(
        default_factory=dict,
        description="What several links hang on, by a name of your own, and those links:"
        " `switch-3: [lifts-b3, gates]`. Lost together they are one alarm.",
    )
    share: Annotated[float, Field(gt=0, le=1)] = Field(
        0.8, description="This part of a link's devices, two at least, lost at once is its bus."
    )
    window: Duration = Field(
        timedelta(minutes=2),
        description="At once is within this: devices are found lost one after the other.",
    )
    cause_after: Duration = Field(
        timedelta(seconds=20),
        description="How long that lasts before it is told; shorter than the minute after which"
        " links and devices are told themselves.",
    )


def _silent(link: str, devices: tuple[str, ...], root: str, options: OfflineOptions) -> CommonCause:
    """The bus of a link that is up: nobody on it answers."""
    return CommonCause(
        id=f"{link}/.silent",
        alarm=f"{link}/silent",
        members=dict.fromkeys(devices, ()),
        unless=link,
        share=options.share,
        window=options.window,
        delay=options.cause_after,
        words=Words(
            category="link.silent",
            severity=600,
            lane=Lane.FAULT,
            text=_SILENT,
            group=group_of(root),
        ),
    )


def _network(
    thing: str, links: Mapping[str, tuple[str, ...]], options: OfflineOptions
) -> CommonCause:
    """What several links hang on; one that only listens is lost when all its devices are."""
    return CommonCause(
        id=f".network/{thing}",
        alarm=f"{thing}/offline",
        members=links,
        unless="",
        share=1.0,
        window=options.window,
        delay=options.cause_after,
        words=Words(
            category="network.offline",
            severity=650,
            lane=Lane.FAULT,
            text=_NETWORK,
            group=group_of(thing),
        ),
    )


def _build(site: Site, options: OfflineOptions) -> Iterable[PointAlarm | CommonCause]:
    devices: dict[str, tuple[str, ...]] = dict.fromkeys(site.links, ())
    for device in site.devices.values():
        devices[device.link] = (*devices.get(device.link, ()), device.id)
    things = {link: thing for thing, links in options.behind.items() for link in links}
    for link, own in devices.items():
        root = things.get(link, link)
        yield link_alarm(link, own, root)
        if len(own) >= FEWEST:
            yield _silent(link, own, root, options)
    for thing, links in options.behind.items():
        yield _network(thing, {link: devices.get(link, ()) for link in links}, options)


BUILT_IN: Final = BuiltIn("offline", OfflineOptions, _build)
