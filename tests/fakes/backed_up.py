"""A site that has run for a while: its files, its accounts, its journal, its secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cloud_bridge.change import Change, EventRow
from cloud_bridge.journal_file import JournalFile
from edge.access.accounts import Accounts
from edge.access.audit import Audit
from edge.model import Lane
from edge.versions import Versions
from tests.fakes.access import TurnedClock, admin, at_the_door, in_the_book
from tests.fakes.time import EPOCH

SECRET: Final = b"correct horse battery staple\n"

SITE: Final = """\
# 中文注释也要原样
site: {id: maple, name: {zh: 枫林, en: Maple Court}}
gateway: {id: gw-1, store: var}
links: []
devices: []
uplinks:
  - id: city
    type: mqtt
    broker: {host: localhost, port: 1, username: gw, password_file: secrets/city}
"""

EVENTS: Final = 20
SENT: Final = 12
DOINGS: Final = 5


def site_that_ran(folder: Path) -> Path:
    """Make one; return its site file."""
    folder.mkdir(parents=True)
    (folder / "secrets").mkdir(mode=0o700)
    (folder / "secrets/city").write_bytes(SECRET)
    (folder / "secrets/city").chmod(0o600)
    site, store = folder / "site.yaml", folder / "var"
    site.write_text(SITE, encoding="utf-8")
    Versions(site, store, lambda: EPOCH).begin(valid=True)
    numbers = _journal(store / "journal.db")
    assert len(numbers) == EVENTS
    at_the_door(store, _people)
    in_the_book(store, _doings)
    (store / "page.key").write_bytes(b"-----BEGIN PRIVATE KEY-----")
    (store / "page.crt").write_bytes(b"-----BEGIN CERTIFICATE-----")
    (store / "evidence").mkdir()
    (store / "evidence/still.jpg").write_bytes(b"a face")
    return site


def _journal(path: Path) -> range:
    """Events of which the platform has had the first."""
    file = JournalFile(path, uplinks=["city"], now=lambda: EPOCH)
    first = file.standing().last_number + 1
    numbers = range(first, first + EVENTS)
    file.commit([Change(events=[_row(number) for number in numbers], states={"k": b"v"})])
    file.commit([Change(settled=[("city", number) for number in numbers[:SENT]])])
    file.close()
    return numbers


def _row(number: int) -> EventRow:
    return EventRow(
        number=number,
        at=EPOCH.isoformat(),
        kind="access.granted",
        lane=Lane.INFO,
        subject="gate-1",
        origin=f"gate-1/{number}",
        body=b'{"person": "ann"}',
    )


async def _people(accounts: Accounts, clock: TurnedClock) -> None:
    """An admin who is logged in, and a code that would make another."""
    del clock
    await admin(accounts)
    await accounts.enrolment_code()


async def _doings(audit: Audit) -> None:
    for _ in range(DOINGS):
        await audit.note(None, "session.opened", "chief")
