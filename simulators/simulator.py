"""What every simulated device has in common: a life, scenario verbs and a ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from edge.model import Value


@dataclass(slots=True, kw_only=True)
class Told:
    """One thing a device told the gateway, and whether the gateway confirmed it.

    `origin` is the device's own identity of it, the same string that the gateway's event
    carries, so that what was confirmed can be looked for at the platform. `sent` is when it was
    first put on the wire, where the simulator says so.
    """

    device: str
    origin: str
    what: str
    at: datetime
    confirmed: bool = False
    sent: datetime | None = None


class Simulator(Protocol):
    """One simulated device, or one bus or broker with all devices on it."""

    @property
    def id(self) -> str:
        """The link in the site file that this simulator stands behind."""
        ...

    @property
    def told(self) -> list[Told]:
        """The ledger: everything told that asks for a confirmation, oldest first."""
        ...

    async def run(self) -> None:
        """Live until cancelled; survives a gateway that comes and goes."""
        ...

    async def act(self, device: str, verb: str, args: dict[str, Value]) -> None:
        """Do what a scenario asks (`trap`, `force_door`); `ValueError` names a wrong verb."""
        ...
