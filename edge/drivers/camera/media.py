"""Which streams an ONVIF camera has, and where they are; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from edge.drivers.camera.codec import plain
from edge.drivers.camera.soap import Question
from edge.drivers.camera.xml_tree import Element

MOST_PROFILES: Final = 16
"""A camera has two to four."""

_MEDIA: Final = "http://www.onvif.org/ver10/media/wsdl"

PROFILES: Final = Question(action=f"{_MEDIA}/GetProfiles", body=f'<GetProfiles xmlns="{_MEDIA}"/>')


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaProfile:
    """One stream as the camera describes it; sizes are 0 where it does not say."""

    token: str
    name: str
    encoding: str
    width: int
    height: int


def stream_uri(profile: str) -> Question:
    """Where the pictures of a profile come from."""
    return Question(
        action=f"{_MEDIA}/GetStreamUri",
        body=(
            f'<GetStreamUri xmlns="{_MEDIA}"><StreamSetup>'
            '<Stream xmlns="http://www.onvif.org/ver10/schema">RTP-Unicast</Stream>'
            '<Transport xmlns="http://www.onvif.org/ver10/schema"><Protocol>RTSP</Protocol>'
            f"</Transport></StreamSetup><ProfileToken>{escape(profile)}</ProfileToken>"
            "</GetStreamUri>"
        ),
    )


def profiles_of(body: Element) -> tuple[MediaProfile, ...]:
    """The streams that an answer tells of."""
    found = []
    for each in [*body.all("Profiles")][:MOST_PROFILES]:
        coder = each.first("VideoEncoderConfiguration")
        if coder is None or not each.attributes.get("token"):
            continue
        found.append(
            MediaProfile(
                token=each.attributes["token"],
                name=plain(each.word("Name")),
                encoding=plain(coder.word("Encoding")),
                width=_number(coder.word("Resolution", "Width")),
                height=_number(coder.word("Resolution", "Height")),
            )
        )
    return tuple(found)


def uri_of(body: Element) -> str:
    """Where a stream is; empty where the answer does not say."""
    return body.word("MediaUri", "Uri")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0  # noqa: PLR2004 - no picture is so wide
