"""Where cameras of a make usually have their pictures, to begin with; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from edge.model import Text

Way: TypeAlias = Literal["rtsp", "mjpeg", "snapshot"]

WAYS: Final[Mapping[str, Text]] = {
    "rtsp": Text("RTSP（几乎所有摄像机和录像机）", "RTSP (nearly every camera and recorder)"),
    "mjpeg": Text("MJPEG（浏览器能直接看的）", "MJPEG (what a browser can show)"),
    "snapshot": Text(
        "定时取图（只看慢变化的：通道、垃圾桶）",
        "snapshots (for what changes slowly: lanes, bins)",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Make:
    """A make: its profile, and its usual addresses with `{host}` for the camera's own.

    `events` is the type of its section for events of the camera's own; empty for none.
    """

    name: Text
    profile: str
    usual: Mapping[str, str]
    events: str = ""


MAKES: Final[Mapping[str, Make]] = {
    "onvif": Make(
        name=Text("ONVIF（问摄像机自己）", "ONVIF (ask the camera itself)"),
        profile="cameras/onvif",
        usual={},
        events="onvif",
    ),
    "hikvision": Make(
        name=Text("海康威视", "Hikvision"),
        profile="cameras/hikvision",
        usual={
            "rtsp": "rtsp://{host}:554/Streaming/Channels/102",
            "mjpeg": "http://{host}/ISAPI/Streaming/channels/102/httpPreview",
            "snapshot": "http://{host}/ISAPI/Streaming/channels/101/picture",
        },
        events="hikvision",
    ),
    "dahua": Make(
        name=Text("大华", "Dahua"),
        profile="cameras/dahua",
        usual={
            "rtsp": "rtsp://{host}:554/cam/realmonitor?channel=1&subtype=1",
            "mjpeg": "http://{host}/cgi-bin/mjpg/video.cgi?channel=1&subtype=1",
            "snapshot": "http://{host}/cgi-bin/snapshot.cgi?channel=1",
        },
        events="dahua",
    ),
    "other": Make(
        name=Text("其他", "another one"),
        profile="cameras/generic",
        usual={"rtsp": "rtsp://{host}:554/"},
    ),
}
"""The second stream of each: smaller, so that it costs less to decode and is enough to see by."""

_SIGNS: Final[Mapping[str, tuple[str, ...]]] = {
    "hikvision": ("hikvision", "ds-2", "hik"),
    "dahua": ("dahua", "ipc-h", "dh-"),
}


def usual_url(make: str, way: str, host: str) -> str:
    """Where its pictures usually are; empty where nobody knows."""
    known = MAKES.get(make)
    form = known.usual.get(way, "") if known and host else ""
    return form.replace("{host}", f"[{host}]" if ":" in host else host)


def make_of(told: str) -> str:
    """Which make a camera is that calls itself so; `onvif` where that does not tell."""
    words = told.lower()
    found = (make for make, signs in _SIGNS.items() if any(sign in words for sign in signs))
    return next(found, "onvif")


def host_of(url: str) -> str:
    """The host of an address; empty for what is none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def camera_section(  # noqa: PLR0913 - what has to be known of a camera
    link: str, way: str, url: str, *, username: str, password_file: str, events: str, service: str
) -> dict[str, Any]:
    """The section of the site file; whether it is right its driver says."""
    login = {
        key: value
        for key, value in (("username", username), ("password_file", password_file))
        if value
    }
    section: dict[str, Any] = {
        "driver": "camera",
        "id": link,
        "source": {"type": way, "url": url, **login},
    }
    if events:
        section["events"] = {"type": events, "url": service, **login}
    return section
