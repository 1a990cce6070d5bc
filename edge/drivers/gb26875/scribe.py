"""Notes what goes over a port's connections, whose it is and how well it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from edge.drivers.gb26875 import frames, strangers, tables
from edge.drivers.gb26875.dialect import Dialect
from edge.drivers.gb26875.frames import Damaged, Frame
from edge.trace import Trace

ANSWERS: Final = frozenset({tables.CONFIRM, tables.RESPONSE, tables.DENY})
"""What a device says because it was asked; that is counted with the question."""


class Scribe:
    """Knows the devices of the site by their addresses."""

    def __init__(self, trace: Trace, devices: Mapping[int, str], dialect: Dialect) -> None:
        self._trace = trace
        self._devices = devices
        self._dialect = dialect

    def came(self, arrived: bytes, found: Sequence[Frame | Damaged], pending: int) -> None:
        """Note the frames found in what arrived; of damage and noise what arrived as it is.

        `pending` bytes wait for the rest of their frame. Damage is noted once in what arrived: the
        search goes on byte by byte and may find a dozen beginnings in one cut frame.
        """
        damaged = False
        for each in found:
            if isinstance(each, Frame):
                device = self._devices.get(each.source, "")
                self._trace.frame("in", device, frames.encode(each))
                if device and each.command not in ANSWERS:
                    self._trace.good(device)
            elif not damaged:
                damaged = True
                device = self._devices.get(each.frame.source, "")
                why = each.fault.replace("_", " ")
                self._trace.frame("in", device, arrived, why)
                self._trace.failed(device, why)
        if arrived and not found and not pending:
            self._trace.frame("in", "", arrived, "noise")

    def went(self, frame: Frame, raw: bytes) -> None:
        """Note what was sent."""
        self._trace.frame("out", self._devices.get(frame.destination, ""), raw)

    def answered(self, address: int, seconds: float) -> None:
        """A device has answered a question, so long after it was sent."""
        self._trace.good(self._devices.get(address, ""), seconds)

    def failed(self, address: int, reason: str) -> None:
        """A device has not answered a question, or refused."""
        self._trace.failed(self._devices.get(address, ""), reason)

    def stranger(self, frame: Frame) -> None:
        """Remember one that is no device of the site."""
        self._trace.strangers.heard(
            str(frame.source),
            strangers.said(frame, self._dialect),
            address={"address": frame.source},
            sample=frames.encode(frame),
        )
