"""What each subject's messages say, and what its platform has to answer; no I/O."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from tests.bench.peers.load import REGISTERS

GZIP: Final = 31
EVENTS: Final = "/events/"
TELEMETRY: Final = "/telemetry"
RPC: Final = "/rpc/request/"
NUMBER: Final = re.compile(rb'"r\d+":(\d+)')
LIMITS: Final = {
    "rateLimits": {"messages": "0:0,", "telemetryMessages": "0:0,", "telemetryDataPoints": "0:0,"},
    "gatewayRateLimits": {
        "messages": "0:0,",
        "telemetryMessages": "0:0,",
        "telemetryDataPoints": "0:0,",
    },
    "maxInflightMessages": 0,
    "maxPayloadSize": 65536,
}
"""ThingsBoard's word that a gateway may send as much as it likes; it waits for one."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a message said: values (each the instant at which it was read), and what to answer."""

    values: Sequence[int] = ()
    answers: Sequence[tuple[str, Any]] = ()
    alarms: Sequence[str] = field(default=())


NOTHING: Final = Heard()
Hearing: TypeAlias = Callable[[str, bytes], Heard]


def whistle(topic: str, payload: bytes) -> Heard:
    """Batches of telemetry, and events; both get their receipts."""
    root = "/".join(topic.split("/")[:4])
    if topic.endswith(TELEMETRY):
        plain = zlib.decompress(payload, GZIP) if payload[:2] == b"\x1f\x8b" else payload
        batch = json.loads(plain)
        values = [value for value in batch["value"] if type(value) is int]
        return Heard(values, ((f"{root}/telemetry_receipts", {"stored": [batch["id"]]}),))
    if EVENTS in topic:
        said = json.loads(payload)
        events = said if isinstance(said, list) else [said]
        alarms = [event["subject"] for event in events if event["type"].startswith(RAISED)]
        receipt = {"stored": [event["id"] for event in events]}
        return Heard((), ((f"{root}/receipts", receipt),), alarms)
    return NOTHING


RAISED: Final = "community.alarm.raised."


def thingsboard(topic: str, payload: bytes) -> Heard:
    """`{"d1": [{"ts": …, "values": {"r0": …}}]}`, and a question about limits."""
    if RPC in topic:
        return Heard((), ((topic.replace("request", "response"), LIMITS),))
    return Heard([*map(int, NUMBER.findall(payload))])


def node_red(_: str, payload: bytes) -> Heard:
    """A list of registers, as the Modbus node hands them on."""
    values = json.loads(payload)
    return Heard(values) if len(values) == REGISTERS else NOTHING


_SUBJECTS: Final[dict[str, tuple[Hearing, tuple[str, ...]]]] = {
    "whistle": (
        whistle,
        ("community/v1/+/+/telemetry", "community/v1/+/+/events/+"),
    ),
    "thingsboard": (thingsboard, ("v1/gateway/telemetry", "v1/devices/me/rpc/request/+")),
    "node_red": (node_red, ("bench/+",)),
}


def hearing_of(subject: str) -> Hearing:
    """How its messages are understood."""
    return _SUBJECTS[subject][0]


def topics_of(subject: str) -> Sequence[str]:
    """What has to be listened to."""
    return _SUBJECTS[subject][1]
