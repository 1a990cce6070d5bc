"""When Python looks for what nobody needs any more: seldom, and only at what is new."""

from __future__ import annotations

import asyncio
import gc
from typing import Final, NoReturn

NEVER: Final = 2**31 - 1
"""Of its own accord it never looks at everything."""

SETTLED_S: Final = 5.0
"""From a start on, until all is there that stays: drivers, rules, the page."""

EVERY_S: Final = 600.0


async def collect_seldom() -> NoReturn:
    """Look at everything every ten minutes, at what was there from the beginning once.

    While Python looks, everything stands still, for a tenth of a second where a site is large: by
    itself it would do so every few seconds while alarms come. What dies young it finds all the
    same, and most things need no looking for.
    """
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, NEVER)
    await asyncio.sleep(SETTLED_S)
    gc.collect()
    gc.freeze()
    while True:
        await asyncio.sleep(EVERY_S)
        gc.collect()
