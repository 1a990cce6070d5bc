"""The words of WS-Discovery: the question who is a camera, and what one answers; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from edge.drivers.camera.codec import Garbled
from edge.drivers.camera.xml_tree import Element, read_xml

MOST_BYTES: Final = 16_384
"""Of one answer; a datagram of a camera has two thousand."""
DEEPEST: Final = 12
"""Elements within each other; an answer has six."""
MOST_MATCHES: Final = 16
MOST_ADDRESSES: Final = 8
MOST_NAME: Final = 80

_DISCOVERY: Final = "http://schemas.xmlsoap.org/ws/2005/04/discovery"
_ADDRESSING: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_SCOPES: Final = "onvif://www.onvif.org/"
_PROBE: Final = """<?xml version="1.0" encoding="utf-8"?>
<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="{addressing}"\
 xmlns:d="{discovery}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl">
<e:Header><w:MessageID>{number}</w:MessageID>\
<w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>\
<w:Action>{discovery}/Probe</w:Action></e:Header>
<e:Body><d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body>
</e:Envelope>
"""


class Malformed(ValueError):
    """An answer that is no sound XML, or tries what no camera needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """A camera that answered; `addresses` are where its services are, http or https.

    `id` is its own, the same at each answer. Name, model and place are as somebody set them in it.
    """

    id: str
    name: str
    model: str
    place: str
    addresses: tuple[str, ...]


def probe(number: str) -> bytes:
    """The question; `number` is its own, a `urn:uuid:`, and comes back in the answers."""
    return _PROBE.format(addressing=_ADDRESSING, discovery=_DISCOVERY, number=number).encode()


def cameras_in(raw: bytes, number: str) -> tuple[Camera, ...]:
    """Return the cameras that an answer to question `number` names; `Malformed` what is none."""
    try:
        answer = read_xml(raw, most=MOST_BYTES, deepest=DEEPEST)
    except Garbled as error:
        raise Malformed(str(error)) from None
    asked = [each.text for each in answer.all("RelatesTo") if each.space == _ADDRESSING]
    if asked[-1:] != [number]:
        raise Malformed("an answer to another question")
    matches = [each for each in answer.all("ProbeMatch") if each.space == _DISCOVERY]
    if len(matches) > MOST_MATCHES:
        raise Malformed("too many matches")
    return tuple(_cameras(matches))


def _cameras(matches: Iterable[Element]) -> Iterator[Camera]:
    for match in matches:
        scopes = _scopes(match.word("Scopes"))
        addresses = tuple(filter(_is_web, match.word("XAddrs").split()))[:MOST_ADDRESSES]
        if addresses:
            yield Camera(
                id=match.word("Address")[:MOST_NAME] or addresses[0],
                name=scopes.get("name", ""),
                model=scopes.get("hardware", ""),
                place=scopes.get("location", ""),
                addresses=addresses,
            )


def _scopes(text: str) -> dict[str, str]:
    """Name, hardware and location; a scope is a path with its blanks written as %20."""
    found: dict[str, str] = {}
    for scope in text.split():
        kind, _, value = scope.removeprefix(_SCOPES).partition("/")
        if scope.startswith(_SCOPES) and value:
            plain = "".join(letter for letter in unquote(value) if letter.isprintable())
            found.setdefault(kind.lower(), plain[:MOST_NAME])
    return found


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and len(address) < 256  # noqa: PLR2004 - longer is no address
    except ValueError:
        return False
