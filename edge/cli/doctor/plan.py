"""What there is to look at on a site, with its gateway running or not."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import apsw

from edge.broker import Broker, BrokerSection
from edge.cli.doctor import files_look, machine_look, ports_look, reach_look, store_look
from edge.cli.doctor.broker_look import Probed, probes
from edge.cli.doctor.finding import Finding, not_made
from edge.cli.doctor.machine import RESERVE, of_clock, of_descriptors, of_disk, of_sqlite
from edge.cli.doctor.places import PORTS, descriptors_wanted, listening, places
from edge.cli.doctor.reach_look import Target
from edge.cli.doctor.round import Check
from edge.cli.doctor.running import GatewaySeen, of_links, of_ways
from edge.config import Configuration, UplinkSection
from edge.files.yaml_file import Document
from edge.gateway.cameras import EVIDENCE
from edge.history.history import HISTORY_FILE
from edge.history.keeping import MEGABYTE
from edge.journal import JOURNAL_FILE
from edge.model import Text

JOURNAL_TAKES: Final = 300 * MEGABYTE
"""With as many events as it keeps; while a platform is away it takes more."""

OWN: Final = "community/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A site as far as it can be read, and what was learned of its gateway."""

    document: Document
    folder: Path
    store: Path
    configuration: Configuration | None
    seen: GatewaySeen
    now: datetime


def checks(patient: Patient) -> list[Check]:
    """Return what can be looked at; where the site file is wrong only the machine and the store."""
    found = [*_of_store(patient)]
    if patient.configuration is not None:
        found += _of_site(patient, patient.configuration)
        found += _of_uplinks(patient, patient.configuration)
    return found


def broker_checks(configuration: Configuration) -> list[Check]:
    """Return the probes of every broker that the site uses, each broker once."""
    site, token = configuration.site, secrets.token_hex(4)
    named: dict[tuple[str, int, str], tuple[str, Broker]] = {}
    for name, broker in _brokers(configuration):
        named.setdefault((broker.host, broker.port, broker.username), (name, broker))
    return [
        check
        for number, (name, broker) in enumerate(named.values())
        for check in probes(
            Probed(
                broker=broker,
                subject=name,
                name=f"whistle-doctor-{token}-{number}",
                topic=f"{OWN}/{site.id}/{site.gateway}/doctor/{token}",
                foreign=f"{OWN}/{site.id}/{site.gateway}-other/doctor/{token}",
            )
        )
    ]


def _of_store(patient: Patient) -> Iterator[Check]:
    store, now, found = patient.store, patient.now, patient.configuration
    uplinks = [each.id for each in found.uplinks] if found else []
    share = found.history.size if found else 0
    journal = store / JOURNAL_FILE
    yield Check(name="sqlite.version", make=lambda: (of_sqlite(apsw.sqlite_lib_version()),))
    if not store.is_dir():
        yield Check(name="store", make=lambda: (_no_store(store),))
        return
    yield Check(name="journal.file", make=partial(store_look.journal, journal, uplinks, now))
    yield Check(name="history.file", make=partial(store_look.history, store / HISTORY_FILE, share))
    yield Check(name="disk.space", subject=str(store), make=partial(_disk, patient))


def _of_site(patient: Patient, found: Configuration) -> Iterator[Check]:
    zone, now, seen = found.site.timezone, patient.now, patient.seen
    wanted = descriptors_wanted(found) + RESERVE
    yield Check(name="clock", make=lambda: [*of_clock(machine_look.clocks(zone, now))])
    yield Check(
        name="limit.descriptors",
        make=lambda: (of_descriptors(*machine_look.descriptors(seen.pid), wanted),),
    )
    yield Check(name="certificate", make=partial(files_look.certificates, found, now))
    yield Check(
        name="secret.mode",
        make=partial(files_look.secrets, patient.document, found, patient.folder),
    )
    if seen.state not in {"silent", "unknown"}:
        for place in listening(found):
            subject = f"{place.link} {place}"
            yield Check(
                name="port", subject=subject, make=partial(ports_look.port, place, seen.pid)
            )
    yield from _of_links(patient, found)


def _of_links(patient: Patient, found: Configuration) -> Iterator[Check]:
    """What the gateway says, or a try; not beside one: some devices take a single connection."""
    seen, now = patient.seen, patient.now
    if seen.state == "runs":
        yield Check(name="link", make=lambda: [*of_links(seen.links, now)])
        return
    if seen.state in {"silent", "unknown"}:
        yield Check(name="link", make=lambda: (_not_beside(),))
        return
    secured = dict(_secured(found))
    for name, broker in secured.items():
        target = Target(
            check="link", subject=name, host=broker.host, port=broker.port, tls=broker.tls
        )
        yield _steps(target, patient, None)
    for place in places(found.sections):
        if place.way != "listen" and place.link not in secured:
            make = partial(reach_look.link, place)
            yield Check(name="link", subject=place.link, make=make)


def _secured(found: Configuration) -> Iterator[tuple[str, Broker]]:
    for name, section in found.sections.items():
        if isinstance(section, BrokerSection) and section.broker.tls is not None:
            yield name, section.broker


def _not_beside() -> Finding:
    why = Text("网关可能在用它们", "a gateway may have them open")
    return not_made("link", why, Text("先看网关那一行", "see the line on the gateway first"))


def _of_uplinks(patient: Patient, found: Configuration) -> Iterator[Check]:
    if patient.seen.state == "runs":
        yield Check(name="uplink", make=lambda: [*of_ways(patient.seen.ways)])
    for uplink in found.uplinks:
        yield from _of_uplink(patient, found, uplink)
    if found.series is not None:
        host, port = _address(found.series.url)
        target = reach_look.series_target(found.series, host, port)
        yield _steps(target, patient, None)


def _of_uplink(patient: Patient, found: Configuration, uplink: UplinkSection) -> Iterator[Check]:
    """A session in the gateway's name would end its own: only where none runs is one opened."""
    broker, alone = uplink.broker, patient.seen.absent
    target = Target(
        check="uplink.mqtt", subject=uplink.id, host=broker.host, port=broker.port, tls=broker.tls
    )
    session = partial(reach_look.mqtt_session, broker, found.site, uplink.id)
    yield _steps(target, patient, session if alone else None)
    if (https := uplink.https) is not None:
        host, port = _address(https.url)
        target = Target(
            check="uplink.https", subject=uplink.id, host=host, port=port, tls=https.tls
        )
        asked = partial(reach_look.https_session, https, uplink.id)
        yield _steps(target, patient, asked if alone else None)


def _steps(target: Target, patient: Patient, session: Callable[[], Finding] | None) -> Check:
    def make() -> Sequence[Finding]:
        return [*reach_look.steps(target, patient.now, session)]

    return Check(name=target.check, subject=target.subject, make=make)


def _disk(patient: Patient) -> Sequence[Finding]:
    found, store = patient.configuration, patient.store
    wanted = _left(store / JOURNAL_FILE, JOURNAL_TAKES)
    if found is not None:
        wanted += _left(store / HISTORY_FILE, found.history.size)
        if any(link.kind == "camera" for link in found.links):
            wanted += _left(store / EVIDENCE, found.vision.evidence.budget_mb * MEGABYTE)
    return [*of_disk(machine_look.disk(store), wanted)]


def _no_store(store: Path) -> Finding:
    why = Text("还没有这个目录：网关没有运行过", "not there: no gateway has run yet")
    return not_made("store", why, Text("先运行 whistle run", "start whistle run first"), str(store))


def _left(path: Path, share: int) -> int:
    """Return how much a file, or what is in a folder, may still grow."""
    every = path.rglob("*") if path.is_dir() else (path,)
    return max(0, share - sum(each.stat().st_size for each in every if each.is_file()))


def _brokers(configuration: Configuration) -> Iterator[tuple[str, Broker]]:
    for uplink in configuration.uplinks:
        yield uplink.id, uplink.broker
    for name, section in configuration.sections.items():
        if isinstance(section, BrokerSection):
            yield name, section.broker


def _address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or PORTS[parts.scheme]
