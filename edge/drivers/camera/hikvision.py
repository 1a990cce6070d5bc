"""The alerts of Hikvision's ISAPI, in XML and in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from edge.drivers.camera.codec import MOST_BODY, Garbled, Said, Way, plain
from edge.drivers.camera.xml_tree import Element, read_xml
from edge.vision.multipart import Parts, boundary_in

PATH: Final = "/ISAPI/Event/notification/alertStream"
MOST_REGIONS: Final = 16
"""Of one alert; a camera has eight."""
HEARTBEAT: Final = "videoloss"
"""Said inactive every few seconds: that is how the camera says that it is there."""

_BOUNDARY: Final = b"boundary"
"""What alerts are divided by where the answer's header does not say."""
_ENDS: Final = b"</EventNotificationAlert>"
"""What an alert in XML ends with; old firmware does not say how long it is."""
_WAYS: Final[Mapping[str, Way]] = {"active": "again", "inactive": "off", "": "pulse"}
_LONGEST_CHANNEL: Final = 6
_FIELDS: Final = ("eventType", "eventState", "channelID", "dynChannelID")
_REGION: Final = ("regionID", "detectionTarget", "targetType")


@dataclass(frozen=True, slots=True)
class _Alert:
    """What of an alert is looked at: its own fields, and those of each region."""

    fields: Mapping[str, str]
    regions: tuple[Mapping[str, str], ...] = field(default=())


def parts_of(content_type: str) -> Parts:
    """Take the stream of alerts apart; the pictures between them are passed over."""
    return Parts(
        boundary_in(content_type) or _BOUNDARY,
        most=MOST_BODY,
        ends=_ENDS,
        skips="image/",
        forgiving=True,
    )


def decode(body: bytes) -> tuple[Said, ...]:
    """Read one alert, a word for each region; none for a heartbeat; `Garbled` for no alert.

    What goes on is said again about once a second, and that it is over often is not said.
    """
    text = body.strip()
    alert = _of_json(text) if text.startswith(b"{") else _of_xml(read_xml(text))
    code = plain(alert.fields["eventType"])
    state = alert.fields["eventState"].strip().lower()
    if not code:
        raise Garbled("an alert without eventType")
    if state not in _WAYS:
        raise Garbled(f"eventState {plain(state)!r}")
    if code.lower() == HEARTBEAT and state == "inactive":
        return ()
    channel = _number(alert.fields["dynChannelID"] or alert.fields["channelID"])
    return tuple(
        Said(
            code=code,
            way=_WAYS[state],
            where=plain(region.get("regionID", "")),
            channel=channel,
            label=plain(region.get("detectionTarget") or region.get("targetType") or "").lower(),
        )
        for region in alert.regions or ({},)
    )


def _of_xml(root: Element) -> _Alert:
    if root.name != "EventNotificationAlert":
        raise Garbled(f"no alert but {plain(root.name)!r}")
    entries = [*root.all("DetectionRegionEntry")][:MOST_REGIONS] or [root]
    regions = ({name: entry.word(name) for name in _REGION} for entry in entries)
    return _Alert(
        {name: root.word(name) for name in _FIELDS},
        tuple(region for region in regions if any(region.values())),
    )


def _of_json(text: bytes) -> _Alert:
    try:
        tree: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise Garbled("not JSON") from None
    inner = tree.get("EventNotificationAlert")
    top = inner if isinstance(inner, dict) else tree
    listed = top.get("DetectionRegionList")
    entries = [top]
    if isinstance(listed, list):
        held = [each for each in listed[:MOST_REGIONS] if isinstance(each, dict)]
        entries = [_entry(each) for each in held] or [top]
    regions = ({name: _word(entry.get(name)) for name in _REGION} for entry in entries)
    return _Alert(
        {name: _word(top.get(name)) for name in _FIELDS},
        tuple(region for region in regions if any(region.values())),
    )


def _entry(held: dict[str, Any]) -> dict[str, Any]:
    inner = held.get("DetectionRegionEntry")
    return inner if isinstance(inner, dict) else held


def _word(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _number(text: str) -> int | None:
    text = text.strip()
    fits = text.isascii() and text.isdigit() and len(text) <= _LONGEST_CHANNEL
    return int(text) if fits else None
