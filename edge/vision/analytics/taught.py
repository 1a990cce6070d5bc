"""What `whistle vision teach` has made of examples, as it stands in its file."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
import numpy as np

from edge.vision.analytics.logistic import Line
from edge.vision.analytics.looks import LONG, NAME

VERSION: Final = 1
MOST_BYTES: Final = 1_000_000
"""Of a taught file: a few hundred numbers take 20 kB."""


class NotTaughtError(ValueError):
    """The file holds nothing that can be used; says why in words for a technician."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """How well it told examples that it had not seen: `auc` and `right` from 0.5 to 1."""

    full: int
    empty: int
    auc: float
    right: float


class Taught(msgspec.Struct, frozen=True, kw_only=True):
    """The weights, and where they come from. `looks` names the numbers that they go with."""

    version: int
    looks: str
    camera: str
    zone: str
    at: datetime
    trial: Trial
    middle: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def line(self) -> Line:
        """As it is reckoned with."""
        return Line(np.array(self.middle), np.array(self.scale), np.array(self.weights), self.bias)


def decode(text: bytes) -> Taught:
    """Read a taught file; `NotTaughtError` when it is none, or one of other numbers."""
    try:
        found = msgspec.json.decode(text, type=Taught)
    except msgspec.DecodeError as error:
        raise NotTaughtError(f"not a taught file: {error}") from error
    if found.version != VERSION or found.looks != NAME:
        raise NotTaughtError("taught by another version: teach it again")
    if {len(found.middle), len(found.scale), len(found.weights)} != {LONG}:
        raise NotTaughtError("a taught file of another length: teach it again")
    if not all(scale > 0 for scale in found.scale):
        raise NotTaughtError("a taught file with a scale of nothing: teach it again")
    return found


def encode(taught: Taught) -> bytes:
    """Write it as JSON that a person can look at."""
    return msgspec.json.format(msgspec.json.encode(taught), indent=1) + b"\n"
