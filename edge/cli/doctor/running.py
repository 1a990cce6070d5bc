"""What the gateway that runs for a site says of itself, its links and uplinks; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from edge.cli.doctor.finding import Finding, look, not_made, ok, wrong
from edge.cli.doctor.words import both, span
from edge.model import Text

State: TypeAlias = Literal["runs", "page_only", "silent", "unknown", "off"]
"""`unknown`: its socket may not be opened; `page_only`: it answers, and has no site to run."""

_LOG: Final = Text("journalctl -u whistle 看日志", "see its log: journalctl -u whistle")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSeen:
    """How a link is, as the gateway has it; `up` is none where it has not tried yet."""

    id: str
    up: bool | None
    reason: str
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaySeen:
    """How one way to a platform is."""

    uplink: str
    over: str
    up: bool
    reason: str
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySeen:
    """What could be learned of it; `amiss` is why it does not do its work."""

    state: State
    pid: int | None = None
    amiss: tuple[str, ...] = ()
    links: tuple[LinkSeen, ...] = ()
    ways: tuple[WaySeen, ...] = ()

    @property
    def absent(self) -> bool:
        """Whether it is certain that none runs: only then may somebody speak in its name."""
        return self.state == "off"


def of_gateway(seen: GatewaySeen) -> Finding:
    """Whether it runs, answers, and does its work."""
    name, pid = "gateway", seen.pid or "?"
    if seen.state == "off":
        start = Text("systemctl start whistle，或 whistle run", "systemctl start whistle")
        return look(name, Text("没有在运行", "none runs"), start)
    if seen.state == "unknown":
        why = Text("不许打开它的套接字", "its socket may not be opened")
        remedy = Text("用网关的用户或 root 运行", "run this as the gateway's user, or as root")
        return not_made(name, why, remedy)
    if seen.state == "silent":
        remedy = Text(
            "刚启动就等十秒；否则看 CPU 和磁盘，再 systemctl restart whistle",
            "wait ten seconds if it just began; else see CPU and disk, then restart it",
        )
        what = Text(f"进程 {pid} 在，但不回答", f"process {pid} is there and does not answer")
        return wrong(name, what, remedy)
    if seen.state == "page_only":
        what = Text("站点文件有错，只有页面在运行", "the site file is wrong: only the page runs")
        remedy = Text("whistle check 看错误；在页面上改", "whistle check says what is wrong")
        return wrong(name, what, remedy)
    if seen.amiss:
        reasons = ", ".join(seen.amiss)
        what = Text(f"在运行，但不正常：{reasons}", f"it runs and does not work: {reasons}")
        return wrong(name, what, _LOG)
    return ok(name, Text(f"在运行，进程 {pid}", f"it runs, process {pid}"))


def of_links(links: Sequence[LinkSeen], now: datetime) -> Iterator[Finding]:
    """How each link is that the gateway keeps open."""
    for each in links:
        since = f" ({span(now - each.since).en})" if each.since else ""
        lasts = f"（{span(now - each.since).zh}）" if each.since else ""
        if each.up:
            yield ok("link", Text(f"已连接{lasts}", f"up{since}"), each.id)
        elif each.up is None:
            yield look(
                "link",
                Text("还没有试", "not tried yet"),
                Text("再等一分钟", "wait a minute"),
                each.id,
            )
        else:
            yield wrong(
                "link",
                Text(f"断开{lasts}：{each.reason}", f"down{since}: {each.reason}"),
                Text(
                    "查设备电源、网线、地址；页面的链路一页有收发的报文",
                    "power, cable, address; the page shows each frame that went over the link",
                ),
                each.id,
            )


def of_ways(ways: Sequence[WaySeen]) -> Iterator[Finding]:
    """How each way to a platform is; one that others stand in for is no alarm at night."""
    served = {each.uplink for each in ways if each.up}
    for each in ways:
        name, subject = f"uplink.{each.over}", each.uplink
        if each.up:
            used = Text("已连接，正在用", "up, and in use") if each.used else Text("已连接", "up")
            yield ok(name, used, subject)
            continue
        reason = both(each.reason)
        if each.uplink in served:
            remedy = Text("事件走另一条路；白天修好", "events go the other way; mend it by day")
            yield look(name, reason, remedy, subject)
        else:
            remedy = Text(
                "事件留在磁盘上，连上后补发；下面几行说断在哪一步",
                "events stay on the disk and are sent later; the lines below say at which step",
            )
            yield wrong(name, reason, remedy, subject)
