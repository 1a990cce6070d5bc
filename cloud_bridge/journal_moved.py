"""A journal that goes on in another place: with numbers that the first place has not used."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cloud_bridge.journal_file import last_number_of
from cloud_bridge.journal_schema import in_words, open_journal

LEAP: Final = 10**10
"""More events than a gateway makes in six years, at 50 a second."""

CHANCE: Final = 2**40
"""Where the clock cannot be trusted: two restores of one backup do not meet, but by a chance of
a millionth; thousands of them stay below the largest number that JSON can tell."""

_MILLISECOND: Final = timedelta(milliseconds=1)


def goes_on_at(
    last: int,
    made_at: datetime,
    now: datetime,
    *,
    trusted: bool,
    chance: Callable[[int], int] = secrets.randbelow,
) -> int:
    """Return from where a copy counts on that was made with this `last` number.

    The platform tells events apart by their numbers, and would take a number that comes again for
    a copy: an alarm would be lost. What the copied journal has used since is below `LEAP`. What
    another journal has used, that was restored from the same copy at another time, is below one
    number for each millisecond in between.
    """
    since = max(0, (now - made_at) // _MILLISECOND)
    return last + LEAP + since + (0 if trusted else chance(CHANCE))


def move(path: Path, made_at: datetime, now: datetime, *, trusted: bool) -> int:
    """Let a copy of a journal count on where nobody has; return where. `ConfigError`: it is none.

    What was kept and not sent is sent under the numbers that it had: copies of those are the same.
    """
    with in_words(path), closing(open_journal(path)) as db:
        first = goes_on_at(last_number_of(db), made_at, now, trusted=trusted)
        db.execute("UPDATE meta SET value = ? WHERE key = 'first'", (str(first),))
        db.pragma("journal_mode", "delete")  # one file, to be moved as a whole
    return first
