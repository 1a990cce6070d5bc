"""What every way to the platform offers, and what the platform says over it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from cloud_bridge.wire import (
    EvidenceReceipt,
    IssueUpdate,
    Piece,
    Receipt,
    Status,
    TelemetryReceipt,
)
from edge.model import Lane

Heard: TypeAlias = Literal["heard", "unheard", "unknown"]
"""Whether somebody listened behind what took the batch, where that can be known."""


@dataclass(frozen=True, slots=True)
class IssueWord:
    """What became of an issue; `kept` is called once when that is on disk, or of no use."""

    update: IssueUpdate
    kept: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadOrder:
    """A request that a device do something, as it came: nobody has looked at it yet.

    `retained`: it was left with the broker for whoever came, whenever; `taken` is called once
    when it need not come again.
    """

    body: bytes
    retained: bool
    taken: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadRevision:
    """What the gateway shall be configured as, as it came; see `UnreadOrder`."""

    body: bytes
    retained: bool
    taken: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadOffer:
    """A release that the gateway may fetch, as it came; see `UnreadOrder`."""

    body: bytes
    retained: bool
    taken: Callable[[], None]


Said: TypeAlias = (
    Receipt
    | EvidenceReceipt
    | TelemetryReceipt
    | IssueWord
    | UnreadOrder
    | UnreadRevision
    | UnreadOffer
)
"""What the platform says."""


class Uplink(Protocol):
    """One open session with the platform."""

    async def publish(self, lane: Lane, bodies: Sequence[bytes]) -> Heard:
        """Return once the way to the platform has taken the whole batch; bounded to seconds."""
        ...

    async def tell_status(self, status: Status) -> None:
        """Replace what the platform knows of the gateway itself."""
        ...

    async def send_piece(self, sha256: str, piece: Piece) -> None:
        """Return once the way to the platform has taken a piece of evidence; bounded to seconds."""
        ...

    async def send_telemetry(self, body: bytes) -> Heard:
        """Return once the way to the platform has taken readings; bounded to seconds."""
        ...

    def said(self) -> AsyncGenerator[Said, None]:
        """Yield what the platform says, until the session is lost."""
        ...
