"""The names of the topics between gateway and platform."""

from __future__ import annotations

from dataclasses import dataclass

from cloud_bridge.wire.limits import WireError
from edge.model import Lane

ROOT = "community/v1"

EVERY_EVENT = f"{ROOT}/+/+/events/+"
EVERY_TELEMETRY = f"{ROOT}/+/+/telemetry"
EVERY_STATUS = f"{ROOT}/+/+/status"
EVERY_EVIDENCE = f"{ROOT}/+/+/evidence/+"


@dataclass(frozen=True, slots=True)
class Address:
    """Which gateway of which site a topic belongs to, and the rest of the topic."""

    site: str
    gateway: str
    rest: str


def parse_topic(topic: str) -> Address:
    """Take a topic apart; `WireError` when it is none of ours."""
    parts = topic.split("/", 4)
    if len(parts) < 5 or "/".join(parts[:2]) != ROOT or not parts[2] or not parts[3]:  # noqa: PLR2004 - root (2), site, gateway, rest
        raise WireError(f"{topic} is not a topic of {ROOT}")
    return Address(parts[2], parts[3], parts[4])


def events_topic(site: str, gateway: str, lane: Lane) -> str:
    """Up: one CloudEvent, or several of one lane as a JSON array."""
    return f"{ROOT}/{site}/{gateway}/events/{lane.value}"


def telemetry_topic(site: str, gateway: str) -> str:
    """Up: batches of readings."""
    return f"{ROOT}/{site}/{gateway}/telemetry"


def status_topic(site: str, gateway: str) -> str:
    """Up, retained: how the gateway is; its last will says offline."""
    return f"{ROOT}/{site}/{gateway}/status"


def receipts_topic(site: str, gateway: str) -> str:
    """Down: which events are stored and which are refused."""
    return f"{ROOT}/{site}/{gateway}/receipts"


def issues_topic(site: str, gateway: str) -> str:
    """Down: what became of an issue."""
    return f"{ROOT}/{site}/{gateway}/issues"


def commands_topic(site: str, gateway: str) -> str:
    """Down: requests that a device do something."""
    return f"{ROOT}/{site}/{gateway}/commands"
