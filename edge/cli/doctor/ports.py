"""Whether the ports that a site listens on are free, or taken by its own gateway; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from edge.cli.doctor.finding import Finding, ok, wrong
from edge.cli.doctor.places import Place
from edge.model import Text

LISTENS: Final = "0A"
"""The state of a socket that waits for connections, in Linux's table."""

_V4_DIGITS: Final = 8
_WHOSE: Final = Text(
    "ss -ltnp 看是哪个程序；停掉它，或在站点文件里换一个端口",
    "ss -ltnp says whose it is; end that, or take another port in the site file",
)


@dataclass(frozen=True, slots=True)
class Socket:
    """Somebody listens: where, and on which socket of the kernel."""

    host: str
    port: int
    inode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PortStanding:
    """One place: whether its gateway runs, whose the port is, what a bind of our own said.

    `own` is none where nobody may look whose it is.
    """

    place: Place
    runs: bool
    taken: bool
    own: bool | None = None
    refusal: str = ""


def listeners(table: str) -> Iterator[Socket]:
    """Read what Linux says in `/proc/net/tcp` and `tcp6`."""
    for line in table.splitlines()[1:]:
        _, local, _, state, _, _, _, _, _, inode, *_ = line.split()
        if state == LISTENS:
            address, _, port = local.partition(":")
            yield Socket(_host(address), int(port, 16), int(inode))


def on(place: Place, sockets: Iterator[Socket] | tuple[Socket, ...]) -> list[Socket]:
    """Return the sockets that have a place, or a part of it."""
    every = {"0.0.0.0", "::"}  # noqa: S104 - compared, not listened on
    return [
        each
        for each in sockets
        if each.port == place.port
        and (each.host == place.host or each.host in every or place.host in every)
    ]


def of_port(found: PortStanding) -> Finding:
    """Whether whoever calls there is answered by this gateway, or will be."""
    name, subject = "port", f"{found.place.link} {found.place}"
    if found.runs and not found.taken:
        return wrong(
            name,
            Text("网关在运行，但没有监听它", "the gateway runs and does not listen there"),
            Text(
                "看日志里的 page.changed 或 link.changed",
                "see page.changed, link.changed in the log",
            ),
            subject,
        )
    if found.taken and (not found.runs or found.own is False):
        return wrong(name, Text("被别的程序占用", "another program has it"), _WHOSE, subject)
    if found.refusal:
        seen = Text(f"不能监听：{found.refusal}", f"it cannot be listened on: {found.refusal}")
        remedy = Text(
            "检查地址是不是本机的；1024 以下的端口要权限",
            "is it an address of this machine? below 1024 a right is needed",
        )
        return wrong(name, seen, remedy, subject)
    if not found.runs:
        return ok(name, Text("空着", "free"), subject)
    if found.own is None:
        return ok(name, Text("有程序在监听", "somebody listens there"), subject)
    return ok(name, Text("本网关在监听", "this gateway listens there"), subject)


def _host(digits: str) -> str:
    """An address as the kernel writes it: in words of the processor's own order."""
    raw = bytes.fromhex(digits)
    words = b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4))
    if len(digits) == _V4_DIGITS:
        return str(IPv4Address(words))
    found = IPv6Address(words)
    return str(found.ipv4_mapped or found)
