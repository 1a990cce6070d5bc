"""How far a run has come, read from the ledgers as they grow."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.system.proof.checker import forgotten, wanted
from tests.system.proof.facts import Fault, Told
from tests.system.proof.keys import begin_of
from tests.system.proof.ledger import Follower
from tests.system.proof.world import RECEIVED, SENT


class Watch:
    """Counts, and what is still missing at the platform."""

    def __init__(self, folder: Path) -> None:
        self.sent = 0
        self.acknowledged = 0
        self.received = 0
        self._sent: dict[str, float] = {}
        self._missing: set[tuple[str, str]] = set()
        self._early: set[tuple[str, str]] = set()
        self._devices = Follower(folder / SENT)
        self._platform = Follower(folder / RECEIVED)

    def look(self, faults: Sequence[Fault] = ()) -> int:
        """Read what has come; return how much of what was acknowledged the platform lacks.

        What one of the `faults` may have taken away is not waited for.
        """
        for line in self._platform.more():
            self.received += 1
            self._early.add((line["key"], line["part"]))
        for line in self._devices.more():
            if "acknowledged_at" not in line:
                self.sent += 1
                self._sent[line["key"]] = line["sent_at"]
                continue
            self.acknowledged += 1
            told = Told(key=line["key"], sent_at=line["sent_at"])
            self._missing |= set(wanted(told))
        self._missing -= self._early
        return sum(not forgotten(self._sent[begin_of(key)], faults) for key, _ in self._missing)
