"""What one simulated face gate remembers and says; no I/O."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from typing import Final, Literal, TypeAlias

from simulators.simulator import Told

PICTURE: Final = "data:image/jpeg;base64," + base64.b64encode(b"\xff\xd8face\xff\xd9" * 99).decode()
NAMES: Final = ("personName", "persionName", "Persistname")
"""The spellings that firmware has for one field."""
Fault: TypeAlias = Literal["", "stuck", "refuse", "slow"]
"""What is wrong with a gate: says done but does not move, refuses, takes its time."""

Held: TypeAlias = Literal["normal", "stay_open", "locked"]
"""How a door was told to stay until told otherwise."""

_OPERATORS: Final = frozenset({"PushAck", "OpenDoor", "RebootDevice", "SetDoorState"})
_HELD: Final[Mapping[str, Held]] = {
    "normal": "normal",
    "stay_open": "stay_open",
    "locked": "locked",
}
GARBAGE: Final = (b"\xff\xfe\x00", b'{"operator": "RecPush", "info": {', b"[" * 2000)


@dataclass(slots=True)
class Pending:
    """A record that waits for its confirmation; `sent` is the loop's time."""

    topic: str
    body: bytes
    told: Told
    sent: float | None = None


@dataclass(slots=True)
class FaceGate:
    """One gate: `device` is its name on the site, `number` its own in the topics."""

    device: str
    number: str
    zone: tzinfo
    door_open: bool = False
    silent: bool = False
    spelling: int = 0
    clock: timedelta = timedelta(0)
    records: int = 0
    pending: dict[str, Pending] = field(default_factory=dict)
    fault: Fault = ""
    held: Held = "normal"

    def takes(self, operator: str, info: Mapping[str, object]) -> bool:
        """Whether it does what it is told; a locked door opens by `SetDoorState` only."""
        if self.fault == "refuse" and operator != "PushAck":
            return False
        if operator == "OpenDoor":
            return self.held != "locked"
        if operator == "SetDoorState":
            return str(info.get("DoorState")) in _HELD
        return operator in _OPERATORS

    def hold(self, info: Mapping[str, object]) -> Literal["open", "closed"]:
        """Keep the door as it is told; return how it stands then."""
        self.held = _HELD[str(info["DoorState"])]
        return "open" if self.held == "stay_open" else "closed"

    @property
    def down(self) -> str:
        """The topic that the gate listens to."""
        return f"mqtt/face/{self.number}"

    def passage(self, what: str, status: int, person: str, now: datetime) -> Pending:
        """Store a record of someone at the gate."""
        return self._store(
            ("rec", "Rec", "RecPush"),
            what,
            now,
            {
                "customId": person,
                "personId": f"{self.records + 1}" if person else "",
                "RecordID": f"{self.records + 1}",
                "VerifyStatus": f"{status}",
                "PersonType": "0",
                "similarity1": "87.000000",
                "Sendintime": 1,
                NAMES[self.spelling]: f"居民{person}" if person else "",
                "idCard": " ",
                "telnum": " ",
            },
        )

    def stranger(self, now: datetime) -> Pending:
        """Store a picture of a face that nobody asked about."""
        info = {"SnapID": f"{self.records + 1}"}
        return self._store(("snap", "Snap", "StrSnapPush"), "stranger", now, info)

    def confirm(self, info: Mapping[str, object]) -> None:
        """Forget a record that the gateway has kept."""
        kind = "snap" if str(info["PushAckType"]) == "1" else "rec"
        pending = self.pending.pop(f"{kind}/{info['SnapOrRecordID']}", None)
        if pending is not None:
            pending.told.confirmed = True

    def sign(self, operator: str, now: datetime) -> bytes:
        """Say that it is there."""
        info = {"facesluiceId": self.number, "time": self._stamp(now), "facesname": self.device}
        return _json({"operator": operator, "info": info})

    def contact(self) -> bytes:
        """Say how the door stands."""
        info = {"facesluiceId": self.number, "DoorStatus": "1" if self.door_open else "0"}
        return _json({"operator": "DoorPush", "info": info})

    def answer(self, operator: str, message_id: str, *, known: bool) -> bytes:
        """Say what became of a command."""
        said = {
            "operator": f"{operator}-Ack",
            "messageId": message_id,
            "code": "200" if known else "414",
            "info": {"facesluiceId": self.number, "result": "ok" if known else "fail"},
        }
        return _json(said)

    def _store(
        self, names: tuple[str, str, str], what: str, now: datetime, info: Mapping[str, object]
    ) -> Pending:
        kind, topic, operator = names
        stamp = self._stamp(now)
        self.records += 1
        number = f"{kind}/{self.records}"
        common = {"facesluiceId": self.number, "time": stamp, "PushType": 0, "pic": PICTURE}
        pending = Pending(
            topic=f"{self.down}/{topic}",
            body=_json({"operator": operator, "info": {**info, **common}}),
            told=Told(
                device=self.device, origin=f"{self.device}/{number}/{stamp}", what=what, at=now
            ),
        )
        self.pending[number] = pending
        return pending

    def _stamp(self, now: datetime) -> str:
        return f"{(now + self.clock).astimezone(self.zone):%Y-%m-%d %H:%M:%S}"


def _json(said: Mapping[str, object]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()
