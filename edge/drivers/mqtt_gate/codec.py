"""Messages of the face gates, read and written; pictures and scores stay unread."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

import msgspec

from edge.drivers.mqtt_gate.profile import GateAction, GateProfile, Verdict

MAX_BODY: Final = 6 * 1024 * 1024
"""A face of 1 MB and a scene of 2 MB in base64, and half as much again."""
MAX_PLAIN_BODY: Final = 64 * 1024
"""What carries no picture is a few hundred bytes."""
MAX_FIELD: Final = 256
"""Bytes of one field that is looked at; names and identity numbers stay far below."""

MAX_DIGITS: Final = 9
"""Of a code; real ones have five at most."""

Channel: TypeAlias = Literal["record", "stranger", "answer", "contact", "basic", "heartbeat"]
Raw: TypeAlias = Mapping[str, msgspec.Raw]
_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_SCALAR: Final = msgspec.json.Decoder(str | int | float | bool | None)


class Unreadable(ValueError):
    """A message that is not what the profile expects; the text says in what way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A record of someone at the gate; `stamp` is the time as the gate wrote it."""

    record: str
    stamp: str
    local: datetime | None
    status: str
    verdict: Verdict | None
    person_type: int
    person: str
    name: str
    live: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger:
    """A record of a face that the gate does not know and did not judge."""

    record: str
    stamp: str
    local: datetime | None


@dataclass(frozen=True, slots=True)
class Contact:
    """What the door contact or the exit button did."""

    what: Literal["open", "closed", "exit_request"]


@dataclass(frozen=True, slots=True)
class Sign:
    """The gate came, went, or is still there."""

    what: Literal["online", "offline", "heartbeat"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The result of a command."""

    operator: str
    message_id: str
    done: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Other:
    """An operator that the profile does not know; it asks for nothing."""

    operator: str


Said: TypeAlias = Passage | Stranger | Contact | Sign | Answer | Other


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message opened one level deep: values are still unread bytes."""

    operator: str
    top: Raw
    info: Raw

    def text(self, spellings: tuple[str, ...]) -> str:
        """Return the first of these fields that holds something, inside `info` or beside it."""
        for name in spellings:
            for fields in (self.info, self.top):
                if name in fields and (value := _scalar(name, fields[name])):
                    return value
        return ""


def open_envelope(channel: Channel, body: bytes) -> Envelope:
    """Open a message; pictures in it are skipped, not decoded."""
    limit = MAX_BODY if channel in {"record", "stranger"} else MAX_PLAIN_BODY
    if len(body) > limit:
        raise Unreadable(f"{len(body)} bytes, more than {limit}")
    top = _object(body)
    inner = top.get("info")
    info = _object(bytes(inner)) if inner is not None and bytes(inner)[:1] == b"{" else {}
    operator = _scalar("operator", top["operator"]) if "operator" in top else ""
    return Envelope(operator, top, info)


def decode(channel: Channel, body: bytes, profile: GateProfile) -> Said:
    """Read what a gate says on one of its topics; `Unreadable` when it makes no sense."""
    return read(channel, open_envelope(channel, body), profile)


def read(channel: Channel, envelope: Envelope, profile: GateProfile) -> Said:
    """Read an open message."""
    operator, names = envelope.operator, profile.operators
    if channel == "answer":
        return _answer(envelope, profile)
    if operator in names.record:
        return _passage(envelope, profile)
    if operator in names.stranger:
        return _stranger(envelope, profile)
    if profile.door is not None and operator in profile.door.operators:
        return _contact(envelope, profile)
    presence: dict[str, Literal["online", "offline", "heartbeat"]] = {
        **dict.fromkeys(names.online, "online"),
        **dict.fromkeys(names.offline, "offline"),
        **dict.fromkeys(names.heartbeat, "heartbeat"),
    }
    if not operator and channel != "heartbeat":
        raise Unreadable("no operator")
    what = presence.get(operator or names.heartbeat[0])
    return Sign(what) if what is not None else Other(operator)


def push_ack(device_id: str, record: str, kind: Literal["record", "stranger"]) -> bytes:
    """Tell a gate that its record is kept and need not come again."""
    info = {
        "facesluiceId": device_id,
        "PushAckType": 2 if kind == "record" else 1,
        "SnapOrRecordID": int(record) if record.isascii() and record.isdigit() else record,
    }
    return _message("PushAck", f"push-{kind}-{record}", info)


def online_ack(device_id: str) -> bytes:
    """Tell a gate that it was seen coming; it repeats itself until then."""
    return _message("Online-Ack", "online", {"facesluiceId": device_id, "result": "ok"})


def command(device_id: str, message_id: str, action: GateAction) -> bytes:
    """Tell a gate to do something."""
    return _message(action.operator, message_id, {"facesluiceId": device_id, **action.info})


def _message(operator: str, message_id: str, info: Mapping[str, object]) -> bytes:
    said = {"operator": operator, "messageId": message_id, "info": info}
    return json.dumps(said, ensure_ascii=False).encode()


def _passage(envelope: Envelope, profile: GateProfile) -> Passage:
    fields = profile.fields
    status = envelope.text(fields.status)
    if not status:
        raise Unreadable("a record without VerifyStatus")
    stamp = envelope.text(fields.time)
    live = envelope.text(fields.live)
    return Passage(
        record=envelope.text(fields.record),
        stamp=stamp,
        local=_local(stamp, profile),
        status=status,
        verdict=profile.verify_status.get(_number(status)),
        person_type=_number(envelope.text(fields.person_type)),
        person=envelope.text(fields.person),
        name=envelope.text(fields.name) if profile.forward_names else "",
        live=None if not live else live == "1",
    )


def _stranger(envelope: Envelope, profile: GateProfile) -> Stranger:
    stamp = envelope.text(profile.fields.time)
    return Stranger(
        record=envelope.text(profile.fields.snap), stamp=stamp, local=_local(stamp, profile)
    )


def _contact(envelope: Envelope, profile: GateProfile) -> Said:
    door = profile.door
    status = envelope.text(door.status) if door is not None else ""
    if door is None or not status:
        return Other(envelope.operator)
    if status in door.open:
        return Contact("open")
    if status in door.closed:
        return Contact("closed")
    if status in door.exit_request:
        return Contact("exit_request")
    raise Unreadable(f"a door that is {status!r}")


def _answer(envelope: Envelope, profile: GateProfile) -> Said:
    operator, suffix, _ = envelope.operator.rpartition("-")
    if not suffix:
        return Other(envelope.operator)
    code = envelope.text(("code",))
    result = envelope.text(profile.fields.result)
    known = profile.answer_codes.get(_number(code))
    words = (
        code,
        f"{known.zh} / {known.en}" if known is not None else "",
        envelope.text(profile.fields.detail),
    )
    return Answer(
        operator=operator,
        message_id=envelope.text(("messageId",)),
        done=code == "200" if code else result.lower() == "ok",
        detail=" ".join(word for word in words if word) or result,
    )


def _object(body: bytes) -> Raw:
    try:
        return _OBJECT.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"not a JSON object: {str(error)[:80]}") from None


def _scalar(name: str, raw: msgspec.Raw) -> str:
    body = bytes(raw)
    if len(body) > MAX_FIELD:
        raise Unreadable(f"{name} has {len(body)} bytes")
    try:
        value = _SCALAR.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise Unreadable(f"{name} is no plain value") from None
    return "" if value is None else str(value).strip()


def _number(text: str) -> int:
    """A code as a number; -1 for what is none."""
    plain = text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS
    return int(text) if plain else -1


def _local(stamp: str, profile: GateProfile) -> datetime | None:
    try:
        return datetime.strptime(stamp, profile.time_format)  # noqa: DTZ007 - the zone is the site's
    except ValueError:
        return None
