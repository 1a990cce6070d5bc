"""A camera while it is being added: what the form holds, and the link that it becomes; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from edge.api.ui.add.camera_makes import (
    MAKES,
    WAYS,
    camera_section,
    host_of,
    make_of,
    usual_url,
)
from edge.api.ui.change.mistakes import Mistake
from edge.discovery.onvif_media import Stream
from edge.model import Text
from edge.versions.secret_file import secret_file


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraDraft:
    """What is typed, but for the password, which is never shown again.

    `service` is where its web service is. `kept`: its password is in its file by now. `there`:
    that file holds another one, and somebody has to say that it may go.
    """

    id: str
    make: str = "hikvision"
    way: str = "rtsp"
    host: str = ""
    url: str = ""
    service: str = ""
    username: str = ""
    events: bool = False
    kept: bool = False
    there: bool = False
    streams: Sequence[Stream] = ()
    why: Text | None = None
    remedy: Text | None = None
    mistakes: Sequence[Mistake] = field(default=())

    @property
    def wrong(self) -> Mapping[str, Mistake]:
        """The first mistake of each field."""
        return {each.where: each for each in reversed(self.mistakes) if each.where}

    @property
    def password_file(self) -> str:
        """What the site file calls its password."""
        return secret_file(self.id)

    @property
    def profile(self) -> str:
        """Which profile suits its make."""
        return MAKES[self.make].profile

    def section(self) -> dict[str, Any]:
        """The link's section."""
        return camera_section(
            self.id,
            self.way,
            self.url,
            username=self.username,
            password_file=self.password_file if self.kept else "",
            events=MAKES[self.make].events if self.events else "",
            service=self.service,
        )


def draft_of(typed: Mapping[str, str], free: str) -> CameraDraft:
    """What a form says; `free` is a name that nobody has.

    An address that is only a usual one follows the make and the host.
    """
    make, way = typed.get("make", ""), typed.get("way", "")
    host = typed.get("host", "").strip()
    service = typed.get("service", "").strip()
    known = make if make in MAKES else make_of(typed.get("told", "")) if service else "hikvision"
    known_way = way if way in WAYS else "rtsp"
    host = host or host_of(service)
    url = typed.get("url", "").strip()
    if not url or (_usual(url) and "url" in typed and not typed.get("do")):
        url = usual_url(known, known_way, host)
    if host and host_of(service) != host:
        service = ""
    path = "/onvif/device_service" if known == "onvif" else ""
    place = f"[{host}]" if ":" in host else host
    return CameraDraft(
        id=typed.get("id", "").strip() or free,
        make=known,
        way=known_way,
        host=host,
        url=url,
        service=service or (f"http://{place}{path}" if host else ""),
        username=typed.get("username", "").strip(),
        events=typed.get("events") == "on",
        kept=typed.get("kept") == "yes",
    )


def draft_from(section: Mapping[str, Any]) -> CameraDraft:
    """What was filled in, from the section that was made of it."""
    source, events = section.get("source"), section.get("events")
    source = source if isinstance(source, Mapping) else {}
    events = events if isinstance(events, Mapping) else {}
    url, way = str(source.get("url", "")), str(source.get("type", ""))
    make = str(events.get("type", ""))
    return CameraDraft(
        id=str(section.get("id", "")),
        make=make if make in MAKES else _make_at(url),
        way=way if way in WAYS else "rtsp",
        host=host_of(url),
        url=url,
        service=str(events.get("url", "")),
        username=str(source.get("username", "")),
        events=bool(events),
        kept=bool(source.get("password_file")),
    )


def _make_at(url: str) -> str:
    """Whose usual address that is."""
    return _usual(url) or "other"


def _usual(url: str) -> str:
    """The make whose usual address that is; empty where it is nobody's."""
    host = host_of(url)
    known = ((name, usual_url(name, way, host)) for name in MAKES for way in WAYS)
    return next((name for name, usual in known if usual and usual == url), "")
