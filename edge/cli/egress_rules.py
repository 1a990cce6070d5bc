"""Whom a site's gateway has to call, as rules of the kernel's firewall; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, TypeAlias

from pydantic import BaseModel

from edge.cli.doctor.places import Place, places
from edge.config import Configuration

IpAddress: TypeAlias = IPv4Address | IPv6Address

TABLE: Final = "whistle_egress"
DISCOVERY: Final = (ip_address("239.255.255.250"), 3702)
"""Where the page asks who is a camera (WS-Discovery)."""
DNS: Final = 53
SERIES: Final = "series"
UPDATES: Final = "updates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A place with the addresses that its name stands for now."""

    place: Place
    addresses: tuple[IpAddress, ...]


def destinations(configuration: Configuration) -> list[Place]:
    """Return every place that the site file has the gateway call, each once."""
    sections: dict[str, BaseModel] = dict(configuration.sections)
    sections |= {uplink.id: uplink for uplink in configuration.uplinks}
    if configuration.series is not None:
        sections[SERIES] = configuration.series
    if configuration.updates is not None:
        sections[UPDATES] = configuration.updates
    return [each for each in places(sections) if each.way == "tcp"]


def rules(called: Sequence[Called], resolvers: Iterable[IpAddress], user: str) -> str:
    """Return a file for `nft -f` that lets what runs as this user call these, and nobody else.

    Who has called in is answered, and this machine speaks to itself. What is refused is told by
    the kernel, once a second at most, and counted.
    """
    lines = [
        "#!/usr/sbin/nft -f",
        "# whistle egress: make it anew when the site file changes, or an address behind a name.",
        f"table inet {TABLE}",
        f"delete table inet {TABLE}",
        f"table inet {TABLE} {{",
        "  chain output {",
        "    type filter hook output priority filter; policy accept;",
        f'    meta skuid != "{user}" accept',
        "    ct state established,related accept",
        '    oifname "lo" accept',
        *(f"    {line}" for line in _accepted(called, resolvers)),
        '    limit rate 1/second log prefix "whistle egress refused: "',
        "    counter reject with icmpx admin-prohibited",
        "  }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _accepted(called: Sequence[Called], resolvers: Iterable[IpAddress]) -> Iterator[str]:
    for address in resolvers:
        yield f"{_to(address)} meta l4proto {{ tcp, udp }} th dport {DNS} accept"
    group, port = DISCOVERY
    yield f"{_to(group)} udp dport {port} accept"
    whose: dict[tuple[IpAddress, int], list[str]] = {}
    for each in called:
        for address in each.addresses:
            whose.setdefault((address, each.place.port), []).append(each.place.link)
    for (address, port), names in whose.items():
        yield f"{_to(address)} tcp dport {port} accept  # {', '.join(dict.fromkeys(names))}"


def _to(address: IpAddress) -> str:
    return f"ip{'' if address.version == 4 else '6'} daddr {address}"  # noqa: PLR2004 - of IP


def unresolved(called: Iterable[Called]) -> Mapping[str, str]:
    """Return the names that stand for no address now, and whose they are."""
    return {each.place.host: each.place.link for each in called if not each.addresses}
