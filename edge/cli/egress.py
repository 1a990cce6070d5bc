"""`whistle egress`: the firewall's rules by which the gateway can call only whom the site names."""

from __future__ import annotations

import argparse
import re
import socket
import sys
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from edge.cli.command import Say, load_site
from edge.cli.doctor.places import Place
from edge.cli.egress_rules import Called, IpAddress, destinations, rules, unresolved

RESOLVERS: Final = Path("/etc/resolv.conf")
USER: Final = "whistle"
_NAMESERVER: Final = re.compile(r"^nameserver\s+(\S+)", re.MULTILINE)
_NAME: Final = re.compile(r"[a-z_][a-z0-9_-]{0,31}|\d{1,10}")
"""Of an account, or its number."""


def add_egress(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        called = [_resolved(place) for place in destinations(load_site(arguments))]
        for host, link in unresolved(called).items():
            told = say(f"{link}：{host} 现在解析不到", f"{link}: {host} has no address now")
            sys.stderr.write(f"{told}\n")
        sys.stdout.write(rules(called, _resolvers(RESOLVERS), arguments.user))
        return 1 if unresolved(called) else 0

    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument(
        "--user", type=_user, default=USER, help=say("网关运行的账号", "as whom the gateway runs")
    )
    command.set_defaults(run=run)


def _user(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(text)
    return text


def _resolved(place: Place) -> Called:
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except OSError:
        found = []
    return Called(place=place, addresses=tuple(_addresses(str(each[4][0]) for each in found)))


def _resolvers(file: Path) -> list[IpAddress]:
    """Return whom this machine asks for names; one that asks itself is asked over loopback."""
    try:
        text = file.read_text("utf-8", "replace")
    except OSError:
        return []
    return [each for each in _addresses(_NAMESERVER.findall(text)) if not each.is_loopback]


def _addresses(texts: Iterable[str]) -> list[IpAddress]:
    """Each once, as they stand, without the interface that some are written with."""
    found = [ip_address(text.partition("%")[0]) for text in texts]
    return list(dict.fromkeys(found))
