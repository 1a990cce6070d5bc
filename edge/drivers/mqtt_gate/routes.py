"""Which topic belongs to which gate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from edge.drivers.mqtt_gate.codec import Channel, Envelope
from edge.drivers.mqtt_gate.gate import Gate
from edge.drivers.mqtt_gate.profile import Fields, Topics

_OWN: Final[tuple[Channel, ...]] = ("record", "stranger", "answer", "contact")
_SHARED: Final[tuple[Channel, ...]] = ("basic", "heartbeat")


class Routes:
    """Topics and gates; built once for a link.

    A link without gates listens where the family speaks, so that its first gate can be met.
    """

    def __init__(self, gates: Sequence[Gate]) -> None:
        self._topics: dict[str, tuple[Gate | None, Channel]] = {}
        self._named = {gate.placed.address.device_id: gate for gate in gates}
        fields = [gate.placed.profile.fields for gate in gates] or [Fields()]
        self._spellings = tuple(dict.fromkeys(name for each in fields for name in each.device))
        self._spoken = [gate.placed.profile.topics for gate in gates] or [Topics()]
        wanted: set[str] = set()
        for gate in gates:
            number = gate.placed.address.device_id
            for channel in (*_OWN, *_SHARED):
                template: str = getattr(gate.placed.profile.topics, channel)
                own = gate if "{id}" in template else None
                self._topics[template.replace("{id}", number)] = (own, channel)
        for topics in self._spoken:
            for channel in (*_OWN, *_SHARED):
                template = getattr(topics, channel)
                wanted.add(template.replace("{id}", "+"))
                if "{id}" not in template:
                    self._topics[template] = (None, channel)
        self.subscriptions = tuple(sorted(wanted))

    def find(self, topic: str) -> tuple[Gate | None, Channel | None]:
        """Return the gate and channel of a topic; no gate where all speak, nothing if unknown."""
        return self._topics.get(topic, (None, None))

    def elsewhere(self, topic: str) -> tuple[str, Channel | None]:
        """Return the number and channel of a topic that is no gate's of the site."""
        for topics in self._spoken:
            number, channel = located(topics, topic)
            if channel is not None:
                return number, channel
        return "", None

    def number(self, envelope: Envelope) -> str:
        """Return the number that a message on a shared topic carries."""
        return envelope.text(self._spellings)

    def named(self, envelope: Envelope) -> Gate | None:
        """Return the gate that a message on a shared topic is from."""
        return self._named.get(self.number(envelope))


def located(topics: Topics, topic: str) -> tuple[str, Channel | None]:
    """Return the number in a topic and its channel; no number where all gates speak."""
    for channel in (*_OWN, *_SHARED):
        before, placed, after = getattr(topics, channel).partition("{id}")
        if not placed and topic == before:
            return "", channel
        pattern = f"{re.escape(before)}([^/]+){re.escape(after)}"
        if placed and (match := re.fullmatch(pattern, topic)):
            return match[1], channel
    return "", None
