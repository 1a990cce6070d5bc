"""Why a fire counts as confirmed, or not yet: who says so, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from edge.duration import format_duration
from edge.model import Text
from edge.rules.explain import Explained
from edge.rules.fire_gates import Gate, Way
from edge.rules.fire_signals import By, Signal, confirmed_by
from edge.rules.reasons import active, unheeded

_BY: Final[Mapping[By, Text]] = {
    "detector": Text("探测器", "detector"),
    "hand": Text("手动报警", "by hand"),
    "panel": Text("控制器", "panel"),
}


def two_devices(heard: Sequence[Signal], aside: Sequence[Signal], within: timedelta) -> Explained:
    """Whether two devices of a building confirm each other; else what the first one lacks."""
    confirmed = any(confirmed_by(each, heard[:at]) for at, each in enumerate(heard))
    lasts = format_duration(within)
    return Explained(
        words=Text(
            f"同一分区两个探测器，或一个手动报警加另一装置（自行消失的 {lasts} 内仍算）",
            f"two detectors of one zone, or one by hand and any other"
            f" (one that ended by itself counts for {lasts})",
        ),
        truth=confirmed,
        parts=(
            *(_signal(each, within) for each in heard),
            *(() if confirmed else _missing(heard)),
            *unheeded(each.key for each in aside),
        ),
    )


def linkage(started: Sequence[str], *, burns: bool) -> Explained:
    """The panel has begun to act while a fire alarm is on."""
    alarm = Explained(words=Text("本楼有火警未消", "a fire alarm is on here"), truth=burns)
    equipment = Explained(
        words=Text("已启动联动设备", "equipment has been started"),
        truth=bool(started),
        parts=active(started),
    )
    return Explained(
        words=Text("控制器在火警中启动了联动设备", "the panel acts while a fire alarm is on"),
        truth=burns and bool(started),
        parts=(alarm, equipment),
    )


def opening(
    gate: Gate | None, way: Way, contact: Explained | None, again: datetime | None
) -> tuple[Explained, ...]:
    """What a gate was told in a fire, and whether it has opened."""
    gate = gate or Gate()
    told = Explained(
        words=Text(f"已下令 {way.action}（次数）", f"it was told to {way.action}, so many times"),
        truth=gate.tries > 0,
        value=gate.tries,
        since=gate.asked,
        until=again,
    )
    shut = Explained(
        words=Text("到时仍未打开", "it has not opened by the time it has to"),
        truth=gate.shut,
        until=gate.due,
        parts=(contact,) if contact else (),
    )
    return (told, shut)


def _signal(signal: Signal, within: timedelta) -> Explained:
    zones, by = ", ".join(signal.zones), _BY[signal.by]
    return Explained(
        words=Text(
            f"{signal.about}（{by.zh}，分区 {zones}）{'' if signal.on else '，已消失'}",
            f"{signal.about} ({by.en}, zone {zones}){'' if signal.on else ', has ended'}",
        ),
        truth=True,
        since=signal.since,
        until=None if signal.on else signal.since + within,
    )


def _missing(heard: Sequence[Signal]) -> tuple[Explained, ...]:
    """What would confirm it now; a panel's own word confirms nothing."""
    real = [each for each in heard if each.by != "panel"]
    if not real:
        words = Text("还缺两个独立装置", "two independent devices are missing")
    elif any(each.by == "hand" for each in real):
        words = Text("还缺本楼任一探测器", "any detector of the building is missing")
    else:
        zones = ", ".join(dict.fromkeys(zone for each in real for zone in each.zones))
        words = Text(
            f"还缺：分区 {zones} 的另一探测器，或本楼一个手动报警",
            f"missing: another detector of zone {zones}, or one by hand in the building",
        )
    return (Explained(words=words, truth=False),)
