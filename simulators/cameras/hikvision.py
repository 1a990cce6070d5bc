"""What a Hikvision camera says of its own events: parts of ISAPI's alertStream."""

from __future__ import annotations

from datetime import datetime
from typing import Final

NAMESPACE: Final = "http://www.hikvision.com/ver20/XMLSchema"

_WITH_REGION: Final = frozenset(
    {"fielddetection", "linedetection", "regionEntrance", "regionExiting", "loitering"}
)

_REGION: Final = """<DetectionRegionList>
<DetectionRegionEntry>
<regionID>1</regionID>
<sensitivityLevel>50</sensitivityLevel>
<RegionCoordinatesList>
<RegionCoordinates><positionX>200</positionX><positionY>100</positionY></RegionCoordinates>
<RegionCoordinates><positionX>200</positionX><positionY>900</positionY></RegionCoordinates>
<RegionCoordinates><positionX>800</positionX><positionY>900</positionY></RegionCoordinates>
<RegionCoordinates><positionX>800</positionX><positionY>100</positionY></RegionCoordinates>
</RegionCoordinatesList>
<detectionTarget>human</detectionTarget>
</DetectionRegionEntry>
</DetectionRegionList>
"""


def part(code: str, at: datetime, *, count: int, channel: int = 1) -> bytes:
    """One part; with `count` 0 it is the word that nothing goes on, which serves as heartbeat."""
    state = "active" if count else "inactive"
    body = (
        f'<EventNotificationAlert version="2.0" xmlns="{NAMESPACE}">\n'
        "<ipAddress>192.168.1.64</ipAddress>\n<portNo>80</portNo>\n<protocol>HTTP</protocol>\n"
        "<macAddress>44:19:b6:00:00:01</macAddress>\n"
        f"<channelID>{channel}</channelID>\n"
        f"<dateTime>{at.astimezone().isoformat(timespec='seconds')}</dateTime>\n"
        f"<activePostCount>{count}</activePostCount>\n"
        f"<eventType>{code}</eventType>\n<eventState>{state}</eventState>\n"
        f"<eventDescription>{code} alarm</eventDescription>\n"
        f"{_REGION if code in _WITH_REGION else ''}"
        "</EventNotificationAlert>\n"
    ).encode()
    head = (
        "--boundary\r\n"
        'Content-Type: application/xml; charset="UTF-8"\r\n'
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n"
