"""A simulated camera's ONVIF services: device, media, and events by pull point."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from simulators.cameras import onvif_device as device
from simulators.cameras import onvif_events as events
from simulators.cameras import onvif_words as words
from simulators.cameras.guard import Guard

MOST_MESSAGES: Final = 100
"""That wait in a pull point; then the oldest are lost, as in a camera's memory."""

LONGEST_PULL_S: Final = 60.0

STALE: Final = timedelta(minutes=5)
"""A token that is older, or younger, is somebody else's who has overheard it."""

_DURATION: Final = re.compile(r"^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?$")

Answered: TypeAlias = tuple[str, bytes]
"""An HTTP status, and the envelope."""


class PullPoint:
    """One subscription: what waits to be pulled, and until when it lives."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self._waiting: deque[str] = deque(maxlen=MOST_MESSAGES)
        self._told = asyncio.Event()

    def tell(self, message: str) -> None:
        """A message comes."""
        self._waiting.append(message)
        self._told.set()

    async def pull(self, patience_s: float, most: int) -> list[str]:
        """Wait for messages, so long at most; as many as there are, `most` at most."""
        if not self._waiting:
            self._told.clear()
            try:
                async with asyncio.timeout(min(patience_s, LONGEST_PULL_S)):
                    await self._told.wait()
            except TimeoutError:
                return []
        return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]


class OnvifServices:
    """All services at one address, `base`; requests are told apart by what their body asks.

    Who asks has to prove the password by a digest in the envelope (WS-UsernameToken), except for
    the clock, which is asked before a digest can be made. `skew` is how wrong that clock is.
    """

    def __init__(  # noqa: PLR0913 - what a camera is set to
        self,
        base: str,
        guard: Guard,
        now: Callable[[], datetime],
        *,
        stream: str = "",
        snapshot: str = "",
        skew: timedelta = timedelta(0),
    ) -> None:
        self._base, self._guard, self._now, self._skew = base, guard, now, skew
        self._uris = {"GetStreamUri": stream, "GetSnapshotUri": snapshot}
        self._points: dict[str, PullPoint] = {}
        self._made = 0
        self._states: dict[str, bool] = {}
        self._asked: Mapping[str, Callable[[ET.Element, str], Awaitable[str]]] = {
            "CreatePullPointSubscription": self._subscribe,
            "PullMessages": self._pull,
            "Renew": self._renew,
            "Unsubscribe": self._unsubscribe,
        }

    def tell(self, topic: str, state: bool) -> None:  # noqa: FBT001 - the value of the message
        """Something begins or ends; a topic such as `tns1:VideoSource/GlobalSceneChange/...`."""
        self._states[topic] = state
        message = events.notification(topic, state, self._clock(), "Changed")
        for point in self._points.values():
            point.tell(message)

    async def answer(self, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Answer one request."""
        del headers
        try:
            envelope = ET.fromstring(body)  # noqa: S314 - in a simulator, from our own gateway
            [asked] = envelope.findall(f"{{{words.SOAP}}}Body/*")
        except (ET.ParseError, ValueError):
            return "400 Bad Request", words.fault("Sender", "not a request")
        name = asked.tag.rpartition("}")[2]
        if name != "GetSystemDateAndTime" and not self._knows(envelope):
            return "400 Bad Request", words.fault("Sender", "ter:NotAuthorized")
        if name in self._asked:
            try:
                said = await self._asked[name](asked, _address(envelope))
            except KeyError:
                return "400 Bad Request", words.fault("Sender", "no such subscription")
        elif (plain := self._plain(name)) is not None:
            said = plain
        else:
            return "500 Internal Server Error", words.fault("Receiver", "ter:ActionNotSupported")
        return "200 OK", words.envelope(said)

    def _plain(self, name: str) -> str | None:
        """What needs no subscription; none for what this camera does not know."""
        if name in self._uris:
            return device.uri(name, self._uris[name])
        known = {
            "GetSystemDateAndTime": device.clock(self._clock()),
            "GetCapabilities": device.capabilities(self._base),
            "GetServices": device.services(self._base),
            "GetDeviceInformation": device.DEVICE,
            "GetProfiles": device.PROFILES,
            "GetEventProperties": events.EVENT_PROPERTIES,
        }
        return known.get(name)

    async def _subscribe(self, asked: ET.Element, address: str) -> str:
        del address
        self._made += 1
        until = self._until(asked, "InitialTerminationTime")
        point = self._points[f"{self._base}/event/{self._made}"] = PullPoint(until)
        for topic, state in self._states.items():
            point.tell(events.notification(topic, state, self._clock(), "Initialized"))
        return events.subscribed(f"{self._base}/event/{self._made}", self._clock(), until)

    async def _pull(self, asked: ET.Element, address: str) -> str:
        point = self._living(address)
        patience = _seconds(asked.findtext(f"{{{words.TEV}}}Timeout") or "PT5S")
        most = int(asked.findtext(f"{{{words.TEV}}}MessageLimit") or "1")
        messages = await point.pull(patience, most)
        return events.pulled(messages, self._clock(), point.until)

    async def _renew(self, asked: ET.Element, address: str) -> str:
        point = self._living(address)
        point.until = self._until(asked, "TerminationTime")
        return events.renewed(self._clock(), point.until)

    async def _unsubscribe(self, asked: ET.Element, address: str) -> str:
        del asked
        del self._points[address]
        return events.UNSUBSCRIBED

    def _living(self, address: str) -> PullPoint:
        point = self._points[address]
        if point.until < self._clock():
            del self._points[address]
            raise KeyError(address)
        return point

    def _until(self, asked: ET.Element, name: str) -> datetime:
        """A time that is asked for as a span; as a date it would go by the camera's clock."""
        said = asked.findtext(f"{{{words.WSNT}}}{name}") or "PT60S"
        if said.startswith("PT"):
            return self._clock() + timedelta(seconds=_seconds(said))
        return datetime.fromisoformat(said)

    def _clock(self) -> datetime:
        return self._now() + self._skew

    def _knows(self, envelope: ET.Element) -> bool:
        if self._guard.way == "open":
            return True
        said = {
            name: envelope.findtext(f".//{{{space}}}{name}") or ""
            for space, name in (
                (words.WSSE, "Username"),
                (words.WSSE, "Password"),
                (words.WSSE, "Nonce"),
                (words.WSU, "Created"),
            )
        }
        secret = base64.b64decode(said["Nonce"]) + said["Created"].encode()
        wanted = hashlib.sha1(secret + self._guard.password.encode(), usedforsecurity=False)
        right = base64.b64encode(wanted.digest()).decode()
        named = said["Username"] == self._guard.username
        return (
            named and self._lately(said["Created"]) and hmac.compare_digest(said["Password"], right)
        )

    def _lately(self, created: str) -> bool:
        """Whether the token was made lately, by the camera's own clock."""
        try:
            return abs(datetime.fromisoformat(created) - self._clock()) < STALE
        except (ValueError, TypeError):
            return False


def _address(envelope: ET.Element) -> str:
    return (envelope.findtext(f".//{{{words.WSA}}}To") or "").strip()


def _seconds(duration: str) -> float:
    found = _DURATION.match(duration)
    if found is None:
        raise KeyError(duration)
    hours, minutes, seconds = (float(each or 0) for each in found.groups())
    return hours * 3600 + minutes * 60 + seconds
