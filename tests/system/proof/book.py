"""What devices write down: each event before it is sent, and when it was confirmed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from tests.system.proof.ledger import Ledger


class Book:
    """One ledger for all devices of a process."""

    def __init__(self, path: Path) -> None:
        self._ledger = Ledger(path)
        self._sent: dict[str, float] = {}

    def sent(self, *keys: str) -> None:
        """They are about to be sent for the first time."""
        now = time.time()
        self._sent |= dict.fromkeys(keys, now)
        self._ledger.add(*({"key": key, "sent_at": now} for key in keys))

    def acknowledged(self, keys: Sequence[str]) -> None:
        """The gateway has confirmed them."""
        now = time.time()
        self._ledger.add(
            *({"key": key, "sent_at": self._sent.pop(key), "acknowledged_at": now} for key in keys)
        )
