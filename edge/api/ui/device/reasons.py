"""Why a link is down or a device says nothing, as drivers put it, in words for a technician."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from edge.api.ui.device import camera_reasons
from edge.model import Text

LONGEST: Final = 200
"""Letters of what a driver said that are shown; the log has the rest."""


MOST_NAMED: Final = 60
"""Letters of a list of names; the points themselves say which they are."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What is wrong, and what to do about it; `said` is how the driver put it."""

    what: Text
    remedy: Text
    said: str


@dataclass(frozen=True, slots=True)
class _Known:
    """Words for what matches; what it has found stands in braces in them."""

    pattern: re.Pattern[str]
    what: Text
    remedy: Text

    def told(self, said: str) -> Reason | None:
        found = self.pattern.search(said)
        if found is None:
            return None
        names = {name: _short(value or "") for name, value in found.groupdict().items()}
        what = Text(self.what.zh.format_map(names), self.what.en.format_map(names))
        remedy = Text(self.remedy.zh.format_map(names), self.remedy.en.format_map(names))
        return Reason(what, remedy, said)


def link_reason(said: str) -> Reason:
    """Why a link is down."""
    return _told(said[:LONGEST], _LINK)


def device_reason(said: str) -> Reason:
    """Why a device says nothing, or nothing that can be used, on a link that is up."""
    return _told(said[:LONGEST], _DEVICE)


def _told(said: str, known: Iterable[_Known]) -> Reason:
    found = next((reason for each in known if (reason := each.told(said))), None)
    unknown = Text(said or "原因未知", said or "the reason is not known")
    return found or Reason(unknown, Text("日志里有更多", "the log says more"), said)


def _short(found: str) -> str:
    """A long list cut between two of its names."""
    if len(found) <= MOST_NAMED:
        return found
    return f"{found[:MOST_NAMED].rpartition(', ')[0] or found[:MOST_NAMED]}, …"


def _known(pattern: str, zh: str, en: str, remedy_zh: str, remedy_en: str) -> _Known:
    return _Known(re.compile(pattern), Text(zh, en), Text(remedy_zh, remedy_en))


_SHUT: Final = (
    "主机在，但端口没有开：查端口号、对方服务是否启动、连接数是否已满",
    "the host is there but the port is shut: check the port, the service, its free connections",
)
_NO_WAY: Final = (
    "查网线、交换机、网段与网关地址；对方可能断电",
    "check the cable, the switch, the subnet and its gateway; it may be without power",
)
_FAR: Final = (
    "查 IP 地址与供电，从本机 ping 一下；防火墙可能挡住了",
    "check the address and the power, ping it from here; a firewall may be in between",
)
_WIRING: Final = (
    "查单元号、供电、A/B 接线、波特率与校验",
    "check its unit number, power, wires A and B, baud rate and parity",
)
_PROFILE: Final = (
    "核对型号与固件，选合适的型号文件",
    "check model and firmware, choose a fitting profile",
)
_POWER: Final = ("查供电与网络", "check its power and network")

_LINK: Final = (
    *(_Known(re.compile(pattern), what, remedy) for pattern, what, remedy in camera_reasons.LINK),
    _known(
        r"Errno 111\].*\('(?P<host>[^']+)', (?P<port>\d+)",
        "{host}:{port} 拒绝连接",
        "connection refused by {host}:{port}",
        *_SHUT,
    ),
    _known(r"Errno 111\]|[Rr]efused$", "对方拒绝连接", "the connection was refused", *_SHUT),
    _known(
        r"Errno (?:113|101)\].*\('(?P<host>[^']+)', (?P<port>\d+)",
        "到 {host} 没有路由",
        "no way leads to {host}",
        *_NO_WAY,
    ),
    _known(r"Errno (?:113|101)\]", "到对方没有路由", "no way leads to the other end", *_NO_WAY),
    _known(
        r"(?P<where>\S+:\d+) does not answer|no CONNACK from (?P<broker>\S+:\d+)",
        "{where}{broker} 没有应答",
        "{where}{broker} does not answer",
        *_FAR,
    ),
    _known(r"Errno 110\]|timed out|TimeoutError", "连接超时", "the connection timed out", *_FAR),
    _known(
        r"Errno -[235]\]|Name or service not known|name resolution",
        "主机名查不到",
        "the host's name is not known",
        "查名字的写法与本机的 DNS，或直接写 IP 地址",
        "check the spelling and this machine's DNS, or write the IP address",
    ),
    _known(
        r"(?:open port|No such file or directory:) '?(?P<port>/dev/[^\s:']+)",
        "没有串口 {port}",
        "there is no serial port {port}",
        "USB 转换器是否插好；用 /dev/serial/by-id 下的名字，拔插后不会变",
        "is the USB converter plugged in? use its name under /dev/serial/by-id, which stays",
    ),
    _known(
        r"Errno 13\]|Permission denied",
        "没有权限打开",
        "not allowed to open it",
        "串口：让网关的用户加入 dialout 组",
        "a serial port: let the gateway's user join the group dialout",
    ),
    _known(
        r"Errno 98\]|address already in use",
        "端口已被别的程序占用",
        "another program uses the port",
        "换一个端口，或停掉那个程序",
        "choose another port, or stop that program",
    ),
    _known(
        r"has not connected yet",
        "设备还没有拨入",
        "the box has not dialled in yet",
        "查设备里的服务器地址与端口、SIM 卡与信号；注册码须与配置一致",
        "check the server's address and port in the box, its SIM card and signal; its"
        " registration has to be the one that is configured",
    ),
    _known(
        r"nothing has answered for",
        "整条总线长时间没有应答，正重新连接",
        "nobody on the whole bus has answered for long; it is being connected anew",
        "查转换器与总线接线：总线上没有一台设备应答",
        "check the converter and the bus: not one of its devices answers",
    ),
    _known(
        r"refused us: (?P<why>.+)|refused to subscribe (?P<topic>.+)",
        "消息服务器拒绝：{why}{topic}",
        "the broker refused: {why}{topic}",
        "查用户名、口令文件与权限",
        "check the user name, the password file, the rights",
    ),
    _known(
        r"certificate|SSL|TLS",
        "加密连接没有建立：证书不被信任，或名称不符",
        "no secure connection: a certificate is not trusted, or is for another name",
        "在“证书”页核对 CA 与有效期，核对主机名",
        "check the authority and the dates on the page Certificates, and the host's name",
    ),
    _known(
        r"Errno 104\]|closed|reset by peer|connection to .* lost|ended the session",
        "对方断开了连接",
        "the other end closed the connection",
        "对方重启过，或它的连接数已满，或有两台网关在用它",
        "it was restarted, all its connections are taken, or two gateways use it",
    ),
    _known(
        r"stuck for (?P<seconds>\d+) s",
        "这条链路的程序卡住 {seconds} 秒，已中止并重新开始；其他链路不受影响",
        "what serves this link hung for {seconds} s and was begun anew; other links go on",
        "反复出现时，下载诊断包，交给维护者",
        "when it comes back, download the diagnostics and give them to the maintainers",
    ),
    _known(
        r"internal fault",
        "网关内部错误，已记入日志",
        "a fault of the gateway, written into its log",
        "下载诊断包，交给维护者",
        "download the diagnostics and give them to the maintainers",
    ),
)

_DEVICE: Final = (
    *(_Known(re.compile(pattern), what, remedy) for pattern, what, remedy in camera_reasons.DEVICE),
    _known(
        r"refuses (?P<points>.+)",
        "它应答，但拒绝读取 {points}",
        "it answers, but refuses to read {points}",
        "这台设备没有这些寄存器：" + _PROFILE[0],
        "this unit has no such registers: " + _PROFILE[1],
    ),
    _known(
        r"silent for (?P<seconds>\d+) s",
        "{seconds} 秒没有任何消息",
        "nothing came from it for {seconds} s",
        "查供电与网络；它是否还发往这个地址",
        "check its power and network, and whether it still sends to this address",
    ),
    _known(
        r"garbled",
        "应答是乱码",
        "its answers are garbled",
        "两台设备同一地址、波特率或校验不对、线路干扰或缺终端电阻",
        "two units with one address, wrong baud rate or parity, noise, or no terminator",
    ),
    _known(
        r"target does not answer|gateway has no path",
        "Modbus 网关在，但后面的设备不应答",
        "the Modbus gateway answers, the unit behind it does not",
        *_WIRING,
    ),
    _known(r"no answer", "问了不答，超时", "it is asked and does not answer in time", *_WIRING),
    _known(
        r"illegal (?:data address|function|data value)",
        "它应答，但拒绝所问的寄存器",
        "it answers, but refuses what it is asked for",
        *_PROFILE,
    ),
    _known(
        r"device busy|still working",
        "它说自己忙",
        "it says that it is busy",
        "是否还有别的主站在问它；降低轮询频率",
        "does another master ask it too? poll it less often",
    ),
    _known(
        r"device failure|memory parity",
        "它说自己内部故障",
        "it says that it has a fault inside",
        "断电重启；再有就换板",
        "switch it off and on; when it comes back, have the board replaced",
    ),
    _known(
        r"has not connected",
        "它还没有连上来",
        "it has not connected",
        "查装置里的监控中心地址与端口、网线；装置地址须与配置一致",
        "check the centre's address and port in the device, its cable, and that its own address"
        " is the one that is configured",
    ),
    _known(
        r"said goodbye",
        "它下线了：自己说的，或消息服务器替它说的",
        "it went offline: it said so, or its broker did",
        *_POWER,
    ),
    _known(
        r"closed|silent|stranger",
        "它断开了连接，或连着却不说话",
        "it closed the connection, or is connected and says nothing",
        "查供电与网络；装置可能在重启",
        "check its power and network; it may be restarting",
    ),
)
"""The first that fits is taken."""
