"""How far one lane has come in a session: what was sent, and what has to be sent again."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

WINDOW = 500
"""Events of a lane that may wait for receipts: bounds what a lost session sends twice."""

PATIENCE_S = 60.0
"""A delivery without a receipt for this long is sent again."""

OVERTAKEN_S = 5.0
"""Later ones are answered: so much longer for what was sent before, then it was lost on the way."""

UNHEARD_S = 2.0
"""Pause before sending again what the broker took while no platform was subscribed ..."""

UNHEARD_ANEW_S = 0.25
"""... and where something new wants to go, which must not come before it."""


@dataclass(slots=True)
class Sending:
    """How far one lane has come in this session; `clear` when nothing waits to be sent.

    `answered` is when the latest was sent for which there is a receipt; `unheard` whether nobody
    was there to hear the last message.
    """

    cursor: int = 0
    answered: float = 0.0
    clear: bool = False
    unheard: bool = False
    sent_at: dict[int, float] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def receipted(self, number: int, now: float) -> bool:
        """Take it out; whoever has it has what was sent before as well, or never got it."""
        sent = self.sent_at.pop(number, None)
        if sent is None:
            return False
        if sent > self.answered:
            self.answered, due = sent, now + OVERTAKEN_S - PATIENCE_S
            for other, at in self.sent_at.items():
                if at < sent:
                    self.sent_at[other] = min(at, due)
        self.wake.set()
        return True

    def give_back(self, first: int) -> None:
        """Nobody was there: from this one on all goes again, in order, and this one alone."""
        self.sent_at = {number: at for number, at in self.sent_at.items() if number < first}
        self.cursor, self.unheard, self.clear = first - 1, True, False

    async def pause(self) -> None:
        """Wait until the platform may be there again; less where something new has come."""
        await asyncio.sleep(UNHEARD_ANEW_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(UNHEARD_S - UNHEARD_ANEW_S):
                await self.wake.wait()
