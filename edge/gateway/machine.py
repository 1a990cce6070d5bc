"""Looks at the box: disk, temperature, clock, certificates; every call blocks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cloud_bridge.journal_store import OF_THE_DISK
from cloud_bridge.wire import CertificateStatus, Machine
from edge.api.ui.certificate_files import CertificateLine, read_certificates
from edge.clock import uncertainty
from edge.config import Configuration
from edge.journal import JOURNAL_FILE

THERMAL: Final = Path("/sys/class/thermal")

MOST_ZONES: Final = 64
"""A box has a few; what a kernel may list is not bounded."""

MOST_CERTIFICATES: Final = 100
"""The next to end come first, so that those are told."""

HOTTEST: Final = 200.0
"""°C; a sensor that says more, or less than nothing on earth, is broken."""
COLDEST: Final = -60.0


@dataclass(frozen=True, slots=True)
class Disk:
    """Bytes that are free, that the gateway's databases take, that the journal may still take."""

    free: int
    store: int
    room: int


def look_at(
    configuration: Configuration,
    now: datetime,
    running: Callable[[], str],
    thermal: Path = THERMAL,
) -> Machine:
    """Return how the box is; `running` says which configuration runs, by its hash."""
    disk = disk_of(configuration.store)
    return Machine(
        disk_free=disk.free,
        store=disk.store,
        journal_room=disk.room,
        temperature=max(_zones(thermal), default=None),
        clock_error=uncertainty(),
        certificates=_certificates(configuration, now),
        configuration=running(),
    )


def disk_of(store: Path) -> Disk:
    """Return how much room there is, for everybody and for the journal."""
    usage = shutil.disk_usage(store)
    # the file, and what SQLite has beside it
    own = sum(path.stat().st_size for path in store.glob(f"{JOURNAL_FILE}*"))
    return Disk(
        free=usage.free,
        store=sum(path.stat().st_size for path in store.glob("*.db*")),
        room=max(0, min(usage.free, usage.total // OF_THE_DISK - own)),
    )


def _zones(thermal: Path) -> Iterator[float]:
    """Yield what each zone of the machine says, in °C; a box in a virtual machine has none."""
    for _, path in zip(range(MOST_ZONES), sorted(thermal.glob("thermal_zone*/temp")), strict=False):
        with suppress(OSError, ValueError):
            degrees = int(path.read_text("ascii")) / 1000
            if COLDEST < degrees < HOTTEST:
                yield degrees


def _certificates(configuration: Configuration, now: datetime) -> tuple[CertificateStatus, ...]:
    """Return what is used and when it ends, the next first; the page's own once it has made it."""
    lines = [
        line
        for line in read_certificates(configuration, now)
        if line.use != "page" or configuration.page.tls or Path(line.file).exists()
    ]
    lines.sort(key=lambda line: line.certificate.not_after if line.certificate else now)
    return tuple(_told(line) for line in lines[:MOST_CERTIFICATES])


def _told(line: CertificateLine) -> CertificateStatus:
    return CertificateStatus(
        use=line.use,
        whose=line.whose,
        ends=line.certificate.not_after if line.certificate else None,
        problem=line.problems[0].what.en if line.problems else "",
    )
