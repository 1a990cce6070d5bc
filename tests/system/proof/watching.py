"""How far a run has come, read from the ledgers as they grow."""

from __future__ import annotations

from pathlib import Path

from tests.system.proof.checker import wanted
from tests.system.proof.facts import Told
from tests.system.proof.ledger import Follower
from tests.system.proof.world import RECEIVED, SENT


class Watch:
    """Counts, and what is still missing at the platform."""

    def __init__(self, folder: Path) -> None:
        self.sent = 0
        self.acknowledged = 0
        self.received = 0
        self._missing: set[tuple[str, str]] = set()
        self._early: set[tuple[str, str]] = set()
        self._devices = Follower(folder / SENT)
        self._platform = Follower(folder / RECEIVED)

    def look(self) -> int:
        """Read what has come; return how much of what was acknowledged the platform lacks."""
        for line in self._platform.more():
            self.received += 1
            self._early.add((line["key"], line["part"]))
        for line in self._devices.more():
            if "acknowledged_at" not in line:
                self.sent += 1
                continue
            self.acknowledged += 1
            told = Told(key=line["key"], sent_at=line["sent_at"])
            self._missing |= set(wanted(told))
        self._missing -= self._early
        return len(self._missing)
