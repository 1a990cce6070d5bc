"""Whether what was just applied serves: what is asked while a configuration is on trial."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from edge.api.running import Running
from edge.config import Configuration
from edge.gateway.uplinks import second_way
from edge.model import Quality, Text
from edge.versions import Amiss, Watch, changes

Seen = Callable[[], Running | None]


def amiss_after(running: Seen, configuration: Configuration, watch: Watch) -> Amiss:
    """Return what says what does not work, compared with how things stand before the change.

    A link that was down already, and that the change leaves alone, says nothing about the change.
    Every link and uplink that it opens has to come up, and a device on it that answered has to
    answer again; one that is new, or speaks when it likes, may be heard later.
    """
    before = running()
    touched = _touched(before, configuration)

    def amiss() -> tuple[Text, ...]:
        now = running()
        if now is None or now.configuration is not configuration:
            return (Text("新配置还没有运行", "the new configuration does not run yet"),)
        if watch == "pipeline":
            return ()
        found = (
            *(_link(now, name) for name in touched.links),
            *(_device(now, name) for name in touched.devices),
            *(_uplink(now, name) for name in touched.uplinks),
        )
        return tuple(each for each in found if each is not None)

    return amiss


@dataclass(frozen=True, slots=True)
class _Touched:
    """What has to come up, and what has to answer again."""

    links: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    uplinks: tuple[str, ...] = ()


def _touched(before: Running | None, configuration: Configuration) -> _Touched:
    if before is None:
        return _Touched()
    changed = changes(before.configuration, configuration)
    links = {*changed.links_changed, *changed.links_added}
    devices = configuration.site.devices.values()
    return _Touched(
        links=tuple(sorted(links)),
        devices=tuple(
            device.id for device in devices if device.link in links and _answers(before, device.id)
        ),
        uplinks=tuple(_ways(before, configuration, {*changed.uplinks_added})),
    )


def _ways(before: Running, after: Configuration, added: Collection[str]) -> Iterator[str]:
    """Yield each way to a platform that is new, and those that were up and are opened again."""
    stands, old = before.uplinks(), {each.id: each for each in before.configuration.uplinks}
    for section in after.uplinks:
        was = old.get(section.id)
        if was == section:
            continue
        name = section.id
        if name in added or stands.get(name, (False, ""))[0]:
            yield name
        name = second_way(section.id)
        if section.https is not None and (
            was is None or was.https != section.https or stands.get(name, (False, ""))[0]
        ):
            yield name


def _answers(running: Running, name: str) -> bool:
    """Whether it answers when it is asked; what speaks when it likes says nothing in time."""
    tallies = (keeper.trace.devices.get(name) for keeper in running.keepers.values())
    asked = any(tally is not None and tally.round_trip is not None for tally in tallies)
    return asked and _online(running, name)


def _online(running: Running, name: str) -> bool:
    reading = running.state.readings.get(f"{name}/online")
    return reading is not None and reading.quality is Quality.GOOD and reading.value is True


def _link(running: Running, name: str) -> Text | None:
    standing = running.state.links.get(name)
    if standing is not None and standing.up:
        return None
    reason = standing.reason if standing is not None else "…"
    return Text(f"链路 {name} 没有连上：{reason}", f"the link {name} is not up: {reason}")


def _device(running: Running, name: str) -> Text | None:
    if _online(running, name):
        return None
    return Text(
        f"设备 {name} 修改前有应答，现在没有",
        f"the device {name} answered before, and does not now",
    )


def _uplink(running: Running, name: str) -> Text | None:
    up, reason = running.uplinks().get(name, (False, "…"))
    if up:
        return None
    return Text(f"上行 {name} 没有连上：{reason}", f"the uplink {name} is not up: {reason}")
