"""Where a site reaches out to and listens, found in its sections whatever their driver; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import BaseModel

from edge.broker import BrokerSection, BrokerTls
from edge.config import Configuration

Way: TypeAlias = Literal["tcp", "listen", "serial"]

PORTS: Final[Mapping[str, int]] = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}

ANYWHERE: Final = "0.0.0.0"  # noqa: S104 - what a site file means where it says nothing

PER_LINK: Final = 4
"""Descriptors that a link needs besides its connections: a camera has a process and two pipes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One address of a link: called, listened on, or a serial port's path in `host`."""

    link: str
    way: Way
    host: str
    port: int = 0

    def __str__(self) -> str:
        """As a person writes it."""
        return self.host if self.way == "serial" else f"{self.host}:{self.port}"


def places(sections: Mapping[str, BaseModel]) -> list[Place]:
    """Return the addresses of all links, each once."""
    found = (place for name, each in sections.items() for place in _within(name, each.model_dump()))
    return list(dict.fromkeys(found))


def listening(configuration: Configuration) -> list[Place]:
    """Return where the gateway has to listen: the page first."""
    page, links = configuration.page, places(configuration.sections)
    own = Place(link="page", way="listen", host=page.listen.host, port=page.listen.port)
    return [*([own] if page.serve == "on" else []), *(p for p in links if p.way == "listen")]


def descriptors_wanted(configuration: Configuration) -> int:
    """Return how many files and sockets the links may have open at the same time."""
    sections = configuration.sections.values()
    return sum(getattr(section, "connections", 0) + PER_LINK for section in sections)


def client_files(configuration: Configuration) -> Iterator[tuple[Path, Path | None]]:
    """Yield each client certificate with its key."""
    for tls in _sessions(configuration):
        if tls is not None and tls.cert_file:
            yield Path(tls.cert_file), Path(tls.key_file) if tls.key_file else None


def _sessions(configuration: Configuration) -> Iterable[BrokerTls | None]:
    for uplink in configuration.uplinks:
        yield uplink.broker.tls
        if uplink.https is not None:
            yield uplink.https.tls
    for section in configuration.sections.values():
        if isinstance(section, BrokerSection):
            yield section.broker.tls


def _within(link: str, node: Any) -> Iterator[Place]:
    """Go through a section: what drivers write alike is an address."""
    if isinstance(node, list | tuple):
        for each in node:
            yield from _within(link, each)
    if not isinstance(node, dict):
        return
    yield from _own(link, node)
    for key, value in node.items():
        if key == "listen" and isinstance(value, dict):
            host = str(value.get("host", ANYWHERE))
            yield Place(link=link, way="listen", host=host, port=int(value["port"]))
        else:
            yield from _within(link, value)


def _own(link: str, node: Mapping[str, Any]) -> Iterator[Place]:
    host, port, listen = node.get("host"), node.get("port"), node.get("listen")
    if isinstance(listen, int) and listen:
        yield Place(link=link, way="listen", host=str(host or ANYWHERE), port=listen)
    elif isinstance(host, str) and isinstance(port, int):
        yield Place(link=link, way="tcp", host=host, port=port)
    elif node.get("type") == "rtu" and isinstance(port, str):
        yield Place(link=link, way="serial", host=port)
    if isinstance(url := node.get("url"), str):
        parts = urlsplit(url)
        if parts.hostname and parts.scheme in PORTS:
            where = parts.port or PORTS[parts.scheme]
            yield Place(link=link, way="tcp", host=parts.hostname, port=where)
