"""Notes what gates say and are told, without pictures, names and scores; remembers strangers."""

from __future__ import annotations

from typing import Final

import structlog

from edge.drivers.mqtt_gate import codec, strangers
from edge.drivers.mqtt_gate.codec import Answer, Channel, Envelope
from edge.drivers.mqtt_gate.gate import Gate
from edge.drivers.mqtt_gate.redact import redacted, shown
from edge.drivers.mqtt_gate.routes import Routes
from edge.trace import Trace

STRANGERS: Final = 100
"""Unknown gates that are logged by name; of further ones nothing is said."""

log = structlog.get_logger()


class Scribe:
    """The only one of this driver who writes the trace, and the only way there is redacted."""

    def __init__(self, trace: Trace, routes: Routes) -> None:
        self._trace = trace
        self._routes = routes
        self._told: set[str] = set()
        self._shown: dict[tuple[str, Channel], frozenset[str]] = {}

    def came(self, gate: Gate | None, channel: Channel, topic: str, envelope: Envelope) -> None:
        """Note a message on a topic of the site's gates; no gate: the sender is none of them."""
        device = gate.placed.device.id if gate is not None else ""
        names = self._shown.get((device, channel))
        if names is None:
            profile = gate.placed.profile if gate is not None else None
            names = self._shown[device, channel] = shown(profile, channel)
        body = redacted(envelope, names)
        self._trace.frame("in", device, body, topic)
        if gate is None:
            self._unknown(self._routes.number(envelope), channel, topic, envelope, body)

    def stranger(self, topic: str, body: bytes) -> None:
        """Note a message on the topic of a gate that is not of the site; `Unreadable` if it is."""
        number, channel = self._routes.elsewhere(topic)
        if channel is None:
            self._trace.frame("in", "", b"", topic)
            return
        envelope = codec.open_envelope(channel, body)
        seen = redacted(envelope, shown(None, channel))
        self._trace.frame("in", "", seen, topic)
        self._unknown(number, channel, topic, envelope, seen)

    def understood(self, gate: Gate) -> None:
        """The message made sense."""
        self._trace.good(gate.placed.device.id)

    def unreadable(self, gate: Gate | None, topic: str, size: int) -> None:
        """Note a message that makes no sense, `size` bytes that may be anybody's picture.

        No size: it has been noted already.
        """
        device = gate.placed.device.id if gate is not None else ""
        if size:
            self._trace.frame("in", device, b"", topic)
        self._trace.failed(device, "unreadable")

    def went(self, gate: Gate, topic: str, body: bytes) -> None:
        """Note what a gate is told."""
        self._trace.frame("out", gate.placed.device.id, body, topic)

    def answered(self, gate: Gate, said: Answer, seconds: float) -> None:
        """Note how long a gate took to carry out a command, or that it refused."""
        if said.done:
            self._trace.good(gate.placed.device.id, seconds)
        else:
            self.failed(gate, "refused")

    def failed(self, gate: Gate, reason: str) -> None:
        """Note that a command came to nothing."""
        self._trace.failed(gate.placed.device.id, reason)

    def _unknown(
        self, number: str, channel: Channel, topic: str, envelope: Envelope, body: bytes
    ) -> None:
        whom = number or topic
        self._trace.strangers.heard(
            whom,
            strangers.said(channel, envelope),
            address=strangers.address_of(number),
            topic=topic,
            sample=body,
        )
        if whom not in self._told and len(self._told) < STRANGERS:
            self._told.add(whom)
            log.warning("gate.unknown", gate=whom[:100], topic=topic[:100])
