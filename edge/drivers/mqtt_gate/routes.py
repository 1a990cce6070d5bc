"""Which topic belongs to which gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from edge.drivers.mqtt_gate.codec import Channel, Envelope
from edge.drivers.mqtt_gate.gate import Gate

_OWN: Final[tuple[Channel, ...]] = ("record", "stranger", "answer", "contact")
_SHARED: Final[tuple[Channel, ...]] = ("basic", "heartbeat")


class Routes:
    """Topics and gates; built once for a link."""

    def __init__(self, gates: Sequence[Gate]) -> None:
        self._topics: dict[str, tuple[Gate | None, Channel]] = {}
        self._named = {gate.placed.address.device_id: gate for gate in gates}
        self._spellings = tuple(
            dict.fromkeys(name for gate in gates for name in gate.placed.profile.fields.device)
        )
        wanted: set[str] = set()
        for gate in gates:
            number = gate.placed.address.device_id
            for channel in (*_OWN, *_SHARED):
                template: str = getattr(gate.placed.profile.topics, channel)
                own = gate if "{id}" in template else None
                self._topics[template.replace("{id}", number)] = (own, channel)
                wanted.add(template.replace("{id}", "+"))
        self.subscriptions = tuple(sorted(wanted))

    def find(self, topic: str) -> tuple[Gate | None, Channel | None]:
        """Return the gate and channel of a topic; no gate where all speak, nothing if unknown."""
        return self._topics.get(topic, (None, None))

    def number(self, envelope: Envelope) -> str:
        """Return the number that a message on a shared topic carries."""
        return envelope.text(self._spellings)

    def named(self, envelope: Envelope) -> Gate | None:
        """Return the gate that a message on a shared topic is from."""
        return self._named.get(self.number(envelope))
