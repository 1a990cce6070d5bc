"""Notes in the trace of a camera's link what its process and the camera itself say: no pictures."""

from __future__ import annotations

from typing import Final

import msgspec

from edge.drivers.camera.codec import Said
from edge.trace import Trace, Way
from edge.vision.words import Capture, Ended, Look, Opened, Seen, State, Up

STATES_NOTED: Final = 10
"""One in so many: what is said each second must not push everything else out."""


class Scribe:
    """Writes for one camera, whose driver gives its `signs` of life here."""

    def __init__(self, trace: Trace, device: str) -> None:
        self._trace = trace
        self.signs = trace.signs
        self._device = device
        self._states = 0

    def came(self, word: Up) -> None:
        """Note a word of the camera's process."""
        match word:
            case State():
                self._trace.good(self._device)
                self._states += 1
                if self._states % STATES_NOTED == 1:
                    self._note("in", "State", word)
            case Seen():
                seen = {"type": "Seen", "id": word.id, "bytes": len(word.jpeg)}
                self._note("in", "Seen", seen)
            case Ended():
                self._trace.failed(self._device, word.reason)
                self._note("in", "Ended", word)
            case Opened():
                self._note("in", "Opened", word)
            case _:
                self._note("in", type(word).__name__, word)

    def went(self, word: Capture | Look) -> None:
        """Note a word to the camera's process."""
        self._note("out", type(word).__name__, word)

    def heard(self, said: Said, *, known: bool) -> None:
        """Note a word of the camera's own; one that the profile does not know, too."""
        note = "" if known else "unknown code"
        words = {"type": "Said", **{key: value for key, value in _plain(said) if value}}
        self._note("in", f"events {note}".strip(), words)

    def garbled(self, what: str) -> None:
        """Note that something of the camera's own could not be read."""
        self._trace.failed(self._device, "an event that cannot be read")
        self._note("in", "events garbled", {"type": "Garbled", "why": what})

    def lost(self, reason: str) -> None:
        """Note that the process is gone without having said why."""
        self._trace.failed(self._device, reason)

    def _note(self, way: Way, note: str, word: object) -> None:
        self._trace.frame(way, self._device, msgspec.json.encode(word), note)


def _plain(said: Said) -> tuple[tuple[str, object], ...]:
    return (
        ("code", said.code),
        ("way", said.way),
        ("where", said.where),
        ("channel", said.channel),
        ("label", said.label),
    )
