"""How the gateway is, check by check: what is well, what is not, and what to do about it; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from edge.api.running import OfferStanding, SeriesStanding, Standing, UplinkStanding
from edge.api.ui.update_check import state_of
from edge.model import Text
from edge.update.phases import MISSED

Tone: TypeAlias = Literal["good", "fault", "info"]
Unit: TypeAlias = Literal["", "bytes", "span", "events", "count", "instant"]

LITTLE_DISK: Final = 500_000_000
"""Bytes; below it an update, or a backup, does not fit any more."""

SHORT_BUFFER: Final = timedelta(days=1)
"""What the disk should last when the platform is away: a weekend is better."""

OLD: Final = timedelta(minutes=5)
"""An event that waits so long for a receipt does so for a reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at; its value is shown in its unit."""

    what: Text
    tone: Tone
    state: Text
    remedy: Text | None = None
    unit: Unit = ""
    value: float | None = None
    at: datetime | None = None


def checks(standing: Standing, now: datetime) -> tuple[Check, ...]:
    """Everything, in the order in which one would ask."""
    return (
        *_writing(standing),
        _clock(standing),
        _disk(standing),
        _buffer(standing),
        *_uplinks(standing),
        *(_series(standing.series) if standing.series else ()),
        *(_update(standing.update) if standing.update else ()),
        _waiting(standing, now),
        _refused(standing),
    )


def _clock(standing: Standing) -> Check:
    what = Text("时钟", "Clock")
    if standing.clock == "trusted":
        return Check(what=what, tone="good", state=Text("已同步", "Synchronised"))
    return Check(
        what=what,
        tone="fault",
        state=Text("没有与时间服务器同步", "Not synchronised with a time server"),
        remedy=Text(
            "每个事件都注明了时钟不可信；查 NTP：timedatectl timesync-status",
            "every event says that its clock is not trusted; check NTP: timedatectl"
            " timesync-status",
        ),
    )


def _writing(standing: Standing) -> Iterator[Check]:
    """Nothing is more urgent while it lasts."""
    if standing.refusal:
        yield Check(
            what=Text("磁盘写入", "Writing to the disk"),
            tone="fault",
            state=Text(
                f"磁盘不收：{standing.refusal}", f"The disk takes nothing: {standing.refusal}"
            ),
            remedy=Text(
                "报警和联动照常；事件在内存里，磁盘恢复后再存再报，断电会丢。马上腾空间或修磁盘",
                "alarms and reactions go on; events are in memory, kept and told when the disk"
                " takes them again, lost if the power goes: make room or mend the disk now",
            ),
        )


def _disk(standing: Standing) -> Check:
    little = standing.disk_free < LITTLE_DISK
    return Check(
        what=Text("磁盘剩余", "Disk space left"),
        tone="fault" if little else "good",
        state=Text("不多了", "Little is left") if little else Text("够用", "Enough"),
        remedy=Text(
            "腾出空间：旧日志、旧备份；装不下时遥测先被放弃，报警不会",
            "make room: old logs, old backups; readings are given up first, alarms never",
        )
        if little
        else None,
        unit="bytes",
        value=standing.disk_free,
    )


def _buffer(standing: Standing) -> Check:
    what = Text("平台断开还能存", "Lasts without the platform")
    if standing.buffer is None:
        return Check(
            what=what,
            tone="info",
            state=Text("还不知道：运行不久", "Not known yet: it has not run for long"),
        )
    short = standing.buffer < SHORT_BUFFER
    return Check(
        what=what,
        tone="fault" if short else "good",
        state=Text("不到一天", "Less than a day") if short else Text("够用", "Enough"),
        remedy=Text("腾出磁盘空间", "make room on the disk") if short else None,
        unit="span",
        value=standing.buffer.total_seconds(),
    )


def _uplinks(standing: Standing) -> Iterator[Check]:
    for each in standing.uplinks:
        waiting = sum(each.waiting.values())
        yield Check(
            what=Text(f"上行 {each.id}", f"Uplink {each.id}"),
            tone="good" if each.up else "fault",
            state=Text("已连接", "Connected") if each.up else Text(each.reason, each.reason),
            remedy=None
            if each.up
            else Text(
                "事件留在磁盘上，连上后按紧急程度补发",
                "events stay on the disk and are sent later, the urgent ones first",
            ),
            unit="events",
            value=waiting,
        )
        if each.up:
            yield from _ways_down(each)


def _ways_down(uplink: UplinkStanding) -> Iterator[Check]:
    """The ways that are missed while another serves: nobody notices them otherwise."""
    for way in uplink.ways:
        if not way.up:
            over = way.over.upper()
            yield Check(
                what=Text(f"上行 {uplink.id}：{over}", f"Uplink {uplink.id}: {over}"),
                tone="fault",
                state=Text(way.reason, way.reason),
                remedy=Text(
                    "事件走另一条路；修好它，否则下次没有后备",
                    "events go the other way; mend it, or there is none to fall back on",
                ),
            )


def _series(series: SeriesStanding) -> Iterator[Check]:
    yield Check(
        what=Text("时序数据库", "Database of readings"),
        tone="good" if series.up else "fault",
        state=Text("已连接", "Connected") if series.up else Text(series.reason, series.reason),
        remedy=None
        if series.up
        else Text("读数留在磁盘上，连上后补写", "readings stay on the disk and are written later"),
        unit="count",
        value=series.waiting,
    )
    if lost := series.refused + series.dropped:
        yield Check(
            what=Text("没有写入数据库的读数", "Readings missing in the database"),
            tone="fault",
            state=Text("有", "Some"),
            remedy=Text(
                "日志里的 series.refused 说明原因；断开太久时最旧的先被放弃",
                "series.refused in the log says why; after a long outage the oldest are given up",
            ),
            unit="count",
            value=lost,
        )


def _update(offer: OfferStanding) -> Iterator[Check]:
    """What is asked for when somebody wonders why another version runs, or does not."""
    missed = offer.state in MISSED
    yield Check(
        what=Text(f"升级 {offer.release}", f"Update {offer.release}"),
        tone="fault" if missed else "good" if offer.state == "installed" else "info",
        state=state_of(offer),
        remedy=Text(
            "whistle update status 说明经过；平台可再次提供",
            "whistle update status says how it went; the platform may offer it again",
        )
        if missed
        else None,
    )


def _waiting(standing: Standing, now: datetime) -> Check:
    what = Text("最早的未回执事件", "Oldest event without a receipt")
    if standing.oldest is None:
        return Check(what=what, tone="good", state=Text("没有", "None"))
    late = now - standing.oldest > OLD
    return Check(
        what=what,
        tone="fault" if late else "good",
        state=Text("等了很久", "Waits for long") if late else Text("刚发生", "Just happened"),
        remedy=Text("看上行与平台", "look at the uplink and the platform") if late else None,
        unit="instant",
        at=standing.oldest,
    )


def _refused(standing: Standing) -> Check:
    what = Text("平台拒收的事件", "Events refused by the platform")
    if not standing.refused:
        return Check(what=what, tone="good", state=Text("没有", "None"))
    return Check(
        what=what,
        tone="fault",
        state=Text("有", "Some"),
        remedy=Text(
            "在“事件”页看原因；它们没有丢，留在这里",
            "the page Events says why; they are not lost, they are kept here",
        ),
        unit="count",
        value=standing.refused,
    )
