"""What looking the journal up costs, and keeping it findable: 200,000 events of a busy site."""

from __future__ import annotations

import json
import random
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from cloud_bridge.change import Change, EventRow
from cloud_bridge.journal_file import JournalFile
from cloud_bridge.journal_look import JournalLook
from edge.model import EventQuery, Lane
from tests.fakes.time import EPOCH

EVENTS: Final = 200_000
ROUNDS: Final = 7
BODY: Final = b'{"specversion":"1.0","data":"' + b"x" * 1100 + b'"}'
KINDS: Final = (
    *(["access.granted"] * 600 + ["access.denied"] * 60),
    *(["alarm.raised", "alarm.cleared"] * 80 + ["alarm.acknowledged"] * 40),
    *(["device.online", "device.offline"] * 30 + ["device.reported"] * 60),
    *(["command.result"] * 30 + ["link.changed"] * 8 + ["gateway.started", "delivery.refused"]),
)
QUERIES: Final = {
    "newest": EventQuery(),
    "page_4000_deep": EventQuery(before=1 + EVENTS // 100),
    "rare_kind": EventQuery(kind="gateway.started"),
    "kind_of_no_event": EventQuery(kind="suppression.*"),
    "family_of_kinds": EventQuery(kind="alarm.*"),
    "most_common_family": EventQuery(kind="access.*"),
    "rare_lane": EventQuery(lane=Lane.LIFE_SAFETY),
    "kind_and_lane": EventQuery(kind="alarm.*", lane=Lane.SECURITY),
    "device": EventQuery(subject="d7"),
    "device_and_rare_kind": EventQuery(subject="d7", kind="gateway.*"),
    "alarm": EventQuery(subject="d7/door"),
    "quiet_device": EventQuery(subject="silent"),
    "waiting_few": EventQuery(waiting=True),
    "waiting_of_a_kind": EventQuery(waiting=True, kind="access.*"),
    "page_of_500": EventQuery(limit=500, kind="access.*"),
}


def rows(first: int, count: int, chance: random.Random) -> list[EventRow]:
    """Events as they come on a site with a hundred devices."""
    made = []
    for number in range(first, first + count):
        kind = chance.choice(KINDS)
        device = f"d{int(chance.paretovariate(0.7)) % 100}"
        alarm = f"{device}/{chance.choice(('door', 'offline', 'fire'))}" if "alarm" in kind else ""
        lane = chance.choices(tuple(Lane), (1, 50, 100, 849))[0]
        made.append(
            EventRow(
                number=number,
                at=EPOCH.isoformat(),
                kind=kind,
                lane=lane,
                subject=f"{device}/x",
                origin="",
                body=BODY,
                about=device,
                alarm=alarm,
                occurrence=number - number % 3 if alarm else 0,
            )
        )
    return made


def main() -> None:
    """Print one JSON object for each benchmark."""
    chance = random.Random(1)  # noqa: S311 - a bench
    with tempfile.TemporaryDirectory() as store:
        path = Path(store) / "journal.db"
        file = JournalFile(path, uplinks=("a", "b"), now=lambda: EPOCH)
        file.standing()
        changes = [Change(events=rows(1 + n * 100, 100, chance)) for n in range(EVENTS // 100)]
        begun = perf_counter()
        for change in changes:
            file.commit([change])
        kept = perf_counter() - begun
        begun = perf_counter()
        waiting = {*range(EVENTS - 2_000, EVENTS + 1, 20)}
        for change in changes:
            settled = [
                (u, row.number) for row in change.events if row.number not in waiting for u in "ab"
            ]
            file.commit([Change(settled=settled)])
        settling = perf_counter() - begun
        tell(name="journal.keep", us_an_event=kept / EVENTS * 1e6)
        tell(name="journal.settle", us_an_event=settling / EVENTS * 1e6)
        tell(name="journal.size", bytes_an_event=path.stat().st_size / EVENTS)
        look = JournalLook(path)
        for name, query in QUERIES.items():
            ms, found = took(look, query)
            tell(name=f"journal.find.{name}", ms=ms, found=found)
        file.commit([Change(events=rows(EVENTS + 1, 100, chance))])
        with file._db:
            file._db.execute("INSERT OR IGNORE INTO delivery SELECT 'a', lane, number FROM event")
        for name in ("waiting_few", "waiting_of_a_kind"):
            ms, found = took(look, QUERIES[name])
            tell(name=f"journal.find.{name}.when_all_wait", ms=ms, found=found)
        look.close()
        file.close()


def took(look: JournalLook, query: EventQuery) -> tuple[float, int]:
    """Milliseconds, the median of a few after the first; and how many were found."""
    found = look.find(query)
    times = []
    for _ in range(ROUNDS):
        begun = perf_counter()
        look.find(query)
        times.append(perf_counter() - begun)
    return median(times) * 1e3, len(found)


def tell(**what: object) -> None:
    """One line."""
    line = {key: round(v, 3) if isinstance(v, float) else v for key, v in what.items()}
    sys.stdout.write(f"{json.dumps(line)}\n")


if __name__ == "__main__":
    main()
