"""Counts who failed to get in: by account, by address, and over a restart."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from edge.access.backoff import Failures, one_more, place_of, wait_of
from edge.access.database import Statement
from edge.access.refused import Refused
from edge.access.store import Store
from edge.model import Text

MOST: Final = 2_000
"""Subjects counted at a time; when they are more, the oldest are forgotten."""

KNOWN: Final = 10
"""Addresses remembered of an account: the places from which somebody works."""

SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a try is counted for: where it comes from, and whom it is about, if anybody."""

    place: bytes
    whom: bytes | None = None

    @property
    def all(self) -> tuple[bytes, ...]:
        """Both, or the one."""
        return (self.place,) if self.whom is None else (self.place, self.whom)


class Tries:
    """Every try is counted as failed before it is looked at, and taken back when it was right.

    So many at once get no further than one after the other, and pulling the plug gains nothing.
    A place from which an account has logged in before counts apart for it: whoever guesses from
    elsewhere makes the account wait there, and not where its owner works. What changes something
    is called in the thread of the store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        rows = store.rows("SELECT subject, count, at FROM failure ORDER BY at")
        self._failures: Mapping[bytes, Failures] = {
            subject: Failures(count, datetime.fromisoformat(at)) for subject, count, at in rows
        }
        self._known: dict[str, tuple[bytes, ...]] = {}
        for account, place in store.rows("SELECT account, place FROM known ORDER BY at"):
            self._known[account] = (*self._known.get(account, ()), place)

    def subjects(self, address: str, account: str | None = None) -> Subjects:
        """Whom a try from an address is counted for; without an account it is about a code."""
        place = _digest("place", place_of(address))
        if account is None:
            return Subjects(place)
        if place in self._known.get(account, ()):
            return Subjects(place, _digest("account at its place", account, place.hex()))
        return Subjects(place, _digest("account", account))

    def begin(self, subjects: Subjects, now: datetime) -> None:
        """Count a try as failed; `Refused` when it comes too soon, which counts for nothing."""
        if wait := self.wait(subjects, now):
            seconds = -(-wait // SECOND)
            what = Text(
                f"失败次数太多，请 {seconds} 秒后再试",
                f"too many failures, try again in {seconds} s",
            )
            raise Refused(what, wait, tried=False)
        self._put({each: one_more(self._failures.get(each), now) for each in subjects.all})

    def wait(self, subjects: Subjects, now: datetime) -> timedelta | None:
        """How long the next try has to wait."""
        return max(wait_of(self._failures.get(each), now) for each in subjects.all) or None

    def right(self, subjects: Subjects, account: str, now: datetime) -> None:
        """It was right: clear the account, take one failure back from the place, remember it.

        The place is not cleared: who owns one account would else guess at others for ever.
        """
        changed: dict[bytes, Failures | None] = {}
        if subjects.whom is not None:
            changed[subjects.whom] = None
        if before := self._failures.get(subjects.place):
            changed[subjects.place] = _less(before)
        places = tuple(p for p in self._known.get(account, ()) if p != subjects.place)
        places = (*places[1 - KNOWN :], subjects.place)
        gone = [p for p in self._known.get(account, ()) if p not in places]
        self._put(
            changed,
            *(("DELETE FROM known WHERE account = ? AND place = ?", (account, p)) for p in gone),
            (
                "INSERT OR REPLACE INTO known (account, place, at) VALUES (?,?,?)",
                (account, subjects.place, now.isoformat()),
            ),
        )
        self._known[account] = places

    def take_back(self, subjects: Subjects) -> None:
        """It was right, and let nobody in: take one failure back from the place."""
        if before := self._failures.get(subjects.place):
            self._put({subjects.place: _less(before)})

    def forget(self, account: str) -> None:
        """Forget where an account worked that is gone; who takes up its name begins anew."""
        self._store.write(("DELETE FROM known WHERE account = ?", (account,)))
        self._known.pop(account, None)

    def _put(self, changed: Mapping[bytes, Failures | None], *more: Statement) -> None:
        """Note what changed on disk, then in memory; the oldest go when there are too many."""
        after = {**self._failures}
        for subject, failures in changed.items():
            after.pop(subject, None)
            if failures is not None:
                after[subject] = failures
        gone = [*after][: max(0, len(after) - MOST)]
        for subject in gone:
            del after[subject]
        forgotten = [s for s, failures in changed.items() if failures is None] + gone
        self._store.write(
            *(("DELETE FROM failure WHERE subject = ?", (subject,)) for subject in forgotten),
            *(
                (
                    "INSERT OR REPLACE INTO failure (subject, count, at) VALUES (?,?,?)",
                    (subject, failures.count, failures.at.isoformat()),
                )
                for subject, failures in changed.items()
                if failures is not None
            ),
            *more,
        )
        self._failures = after


def _less(before: Failures) -> Failures | None:
    return Failures(before.count - 1, before.at) if before.count > 1 else None


def _digest(*words: str) -> bytes:
    """What is kept of a subject: people type passwords into the field for the name."""
    return hashlib.sha256("\0".join(words).encode(errors="surrogatepass")).digest()
