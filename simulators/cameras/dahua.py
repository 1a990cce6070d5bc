"""What a Dahua camera says of its own events: parts of eventManager's stream."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Final, Literal

_WITH_RULE: Final = frozenset(
    {"CrossLineDetection", "CrossRegionDetection", "WanderDetection", "LeftDetection"}
)


def part(
    code: str, action: Literal["Start", "Stop", "Pulse"], at: datetime, *, index: int = 0
) -> bytes:
    """One event; rules of the camera come with what they found, as JSON over several lines."""
    line = f"Code={code};action={action};index={index}"
    if code in _WITH_RULE:
        found = {
            "Class": "Normal",
            "Name": "IVS-1",
            "Object": {
                "BoundingBox": [2024, 1608, 2280, 3104],
                "Center": [2152, 2352],
                "Confidence": 63,
                "ObjectID": 104,
                "ObjectType": "Human",
            },
            "RuleId": 1,
            "UTC": int(at.timestamp()),
        }
        line += f";data={json.dumps(found, indent=3)}"
    return _part(line)


def heartbeat() -> bytes:
    """The word that there is nothing to say."""
    return _part("Heartbeat")


def _part(text: str) -> bytes:
    body = text.encode() + b"\r\n"
    head = f"--myboundary\r\nContent-Type: text/plain\r\nContent-Length:{len(body)}\r\n\r\n"
    return head.encode() + body + b"\r\n"
