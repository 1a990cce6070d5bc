"""The simulated camera behind a link of a site file, at the addresses that the file names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from simulators.cameras.camera import Ports, SimulatedCamera
from simulators.cameras.guard import Guard
from simulators.cameras.places import scene_of

USUAL: Final[Mapping[str, int]] = {"rtsp": 554, "http": 80}


def camera_of(link: Mapping[str, Any], device: str, folder: Path) -> SimulatedCamera | None:
    """Return the camera; none for a link that has no camera on the network: a file, a USB plug.

    `folder` is the site file's, from which its password files and clips are named.
    """
    source: Mapping[str, Any] = link["source"]
    if "url" not in source:
        return None
    pictures = urlsplit(source["url"])
    events = link.get("events")
    web = urlsplit(events["url"]) if events else None
    return SimulatedCamera(
        id=link["id"],
        device=device,
        scene=scene_of(source["url"], folder),
        ports=_ports(source["type"], pictures, web),
        guard=_guard(source, folder),
    )


def _ports(kind: str, pictures: SplitResult, events: SplitResult | None) -> Ports:
    host, path = pictures.hostname or "127.0.0.1", frozenset({pictures.path})
    if kind == "rtsp":
        return Ports(
            host=host,
            rtsp=_port(pictures),
            rtsp_path=pictures.path.rstrip("/"),
            http=_port(events) if events else 0,
        )
    none: frozenset[str] = frozenset()
    return Ports(
        host=host,
        http=_port(pictures),
        streams=path if kind == "mjpeg" else none,
        snapshots=path if kind == "snapshot" else none,
    )


def _port(address: SplitResult) -> int:
    return address.port or USUAL[address.scheme]


def _guard(source: Mapping[str, Any], folder: Path) -> Guard:
    """The account that the gateway has been given; cameras of today want a digest."""
    if not source.get("username"):
        return Guard()
    file = source.get("password_file")
    password = (folder / file).read_text(encoding="utf-8").strip() if file else ""
    return Guard(way="digest", username=source["username"], password=password)
