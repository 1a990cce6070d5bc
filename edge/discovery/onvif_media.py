"""Asking a camera that was found for the addresses of its streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from edge.driver import Now
from edge.drivers.camera import media
from edge.drivers.camera.http import Web
from edge.drivers.camera.onvif import Onvif
from edge.errors import LinkDown

MOST_LETTERS: Final = 500
"""Of an address that is offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """One stream of a camera, as somebody may choose it; `url` holds no name and no password."""

    name: str
    url: str
    encoding: str
    width: int
    height: int


async def streams(web: Web, now: Now) -> tuple[Stream, ...]:
    """The streams of the camera whose device service is at `web.url`, the largest first.

    `LinkDown` or `OSError` where it cannot be asked, or does not let us.
    """
    camera = Onvif(web, now)
    await camera.meet()
    service = camera.service("Media")
    found = []
    for profile in media.profiles_of(await camera.ask(media.PROFILES, service)):
        told = media.uri_of(await camera.ask(media.stream_uri(profile.token), service))
        if url := _offered(told, web.url):
            found.append(
                Stream(
                    name=profile.name or profile.token,
                    url=url,
                    encoding=profile.encoding,
                    width=profile.width,
                    height=profile.height,
                )
            )
    if not found:
        raise LinkDown("the camera tells of no stream")
    return tuple(sorted(found, key=lambda each: -each.width * each.height))


def _offered(told: str, known: str) -> str:
    """The address at the host under which the camera is known here; empty for what is none."""
    try:
        parts, host = urlsplit(told), urlsplit(known).hostname
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"rtsp", "rtsps"} or not host or len(told) > MOST_LETTERS:
        return ""
    place = f"[{host}]" if ":" in host else host
    netloc = f"{place}:{port}" if port else place
    return urlunsplit((parts.scheme, netloc, parts.path, parts.query, ""))
