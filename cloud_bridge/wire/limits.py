"""How large a thing on the wire may be, each bound with its reason, and the error that says so."""

from __future__ import annotations

MAX_EVENT_BYTES = 64 * 1024
"""The largest report is a 1 KiB frame in hex; texts in two languages fit many times over."""

MAX_BATCH_EVENTS = 500
"""One transaction of the platform; more would hold back the receipts of the first."""

MAX_BATCH_BYTES = 1024 * 1024
"""What brokers and reverse proxies accept without being told to."""

MAX_ID = 256
"""An alarm key has three names of up to 63 characters and what a component adds to its own."""

MAX_WORDS = 1024
"""A reason, a title or a notice's text, for a person to read."""

MAX_FRAME = 8192
"""Hex of the longest frame that any driver takes (4 KiB)."""

MAX_FIELDS = 64
"""Fields of one report; the standards' longest object has about 20."""

MAX_BEHIND = 100
"""Devices that one alarm names as affected; a dead switch may have more behind it."""

MAX_REASONS = 20
"""Mistakes of a configuration that are told at once: what a person mends in one go."""

MAX_SAMPLES = 5000
"""Readings of one telemetry batch: a second of a large site."""

MAX_TELEMETRY_BYTES = 128 * 1024
"""Of one telemetry batch before it is compressed: so much a platform has to be ready to unpack."""

MAX_EVIDENCE_BYTES = 64 * 1024 * 1024
"""Of one picture or clip; a clip of a minute has a tenth of it."""

MAX_PIECE_BYTES = 64 * 1024
"""Of a piece of evidence: what stands in the way of an alarm for half a second at 1 Mbit/s."""

MAX_LINKS = 1000
"""Links and uplinks of one gateway; a serial bus with 32 devices is one link."""

MAX_NUMBER = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly; journals count from milliseconds."""


class WireError(ValueError):
    """What arrived does not fit the contract; `id` is the event's, where it could be read."""

    def __init__(self, reason: str, event_id: str = "") -> None:
        super().__init__(reason)
        self.id = event_id
