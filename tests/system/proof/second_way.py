"""The platform's door for events over HTTPS: what comes through it is in the same ledger."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NoReturn

from cloud_bridge.wire import CloudEvent, Data, Receipt
from simulators.platform.door import Door, Fault
from simulators.platform.intake import Judged
from tests.system.proof.keys import recognise
from tests.system.proof.ledger import Ledger
from tests.system.proof.world import EXPIRED, GOOD, TOKEN

DIGEST: Final = 12


class SecondWay:
    """One door; with another certificate it is a door of its own."""

    def __init__(self, folder: Path, port: int, ledger: Ledger) -> None:
        self._folder = folder
        self._port = port
        self._ledger = ledger
        self._fault: Fault | None = None
        self._certificate = GOOD
        self._turned = asyncio.Event()

    async def run(self) -> NoReturn:
        """Stand open until cancelled."""
        while True:
            self._turned.clear()
            files = [self._folder / f"{self._certificate}.{kind}" for kind in ("crt", "key")]
            door = Door(files[0], files[1], TOKEN, self._port)
            door.script = lambda _: self._fault
            async with door.opened(self, _nobody):
                await self._turned.wait()

    def turn(self, fault: Fault | None, *, expired: bool) -> None:
        """Answer so from now on, under that certificate; connections that there are end."""
        self._fault = fault
        self._certificate = EXPIRED if expired else GOOD
        self._turned.set()

    async def keep(self, messages: Sequence[Judged]) -> list[Receipt]:
        """Write down what came; then, and only then, say so."""
        now = time.time()
        taken = [arrived for message in messages for arrived in message.taken]
        self._ledger.add(*(line_of(each.event, each.body, now) for each in taken))
        return [
            Receipt(stored=tuple(each.event.id for each in one.taken), refused=one.refused)
            for one in messages
        ]


def line_of(event: CloudEvent[Data | None], body: bytes, now: float) -> dict[str, Any]:
    """Return the ledger's line for an event that has come."""
    seen = recognise(event)
    return {
        "id": event.id,
        "digest": sha256(body).hexdigest()[:DIGEST],
        "type": event.type,
        "key": seen.key if seen else "",
        "part": seen.part if seen else "",
        "lane": event.lane.value,
        "at": now,
    }


def _nobody() -> None:
    """Nobody waits for word of issues here."""
