"""The certificates that a site uses, read from their files; every call blocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal, TypeAlias

from edge.broker import BrokerSection, BrokerTls
from edge.certificate import CERT_FILE, KEY_FILE, Certificate, describe, described
from edge.config import Configuration
from edge.errors import ConfigError, Problem
from edge.model import Text

SOON: Final = timedelta(days=30)
"""Before its end, in which somebody should get the next one."""

Use: TypeAlias = Literal["page", "authority", "client"]
Tone: TypeAlias = Literal["good", "fault", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateLine:
    """One certificate: who uses it, and what is wrong with it; none where it cannot be read."""

    use: Use
    whose: str
    file: str
    certificate: Certificate | None
    problems: tuple[Problem, ...]
    tone: Tone
    state: Text


def read_certificates(configuration: Configuration, now: datetime) -> tuple[CertificateLine, ...]:
    """The page's own first, then those of uplinks and of links to devices."""
    return (_page(configuration, now), *_of_others(configuration, now))


def _page(configuration: Configuration, now: datetime) -> CertificateLine:
    tls = configuration.page.tls
    cert = Path(tls.cert_file) if tls else configuration.store / CERT_FILE
    key = Path(tls.key_file) if tls else configuration.store / KEY_FILE
    try:
        described(cert, key, lambda: now)
    except ConfigError as error:
        return _line("page", "", cert, now, error.problems)
    return _line("page", "", cert, now)


def _of_others(configuration: Configuration, now: datetime) -> Iterator[CertificateLine]:
    for whose, tls in _sessions(configuration):
        if tls is not None and tls.ca_file:
            yield _line("authority", whose, Path(tls.ca_file), now)
        if tls is not None and tls.cert_file:
            yield _line("client", whose, Path(tls.cert_file), now)


def _sessions(configuration: Configuration) -> Iterable[tuple[str, BrokerTls | None]]:
    for uplink in configuration.uplinks:
        yield uplink.id, uplink.broker.tls
        if uplink.https is not None:
            yield uplink.id, uplink.https.tls
    for name, section in configuration.sections.items():
        if isinstance(section, BrokerSection):
            yield name, section.broker.tls


def _line(
    use: Use, whose: str, file: Path, now: datetime, problems: tuple[Problem, ...] = ()
) -> CertificateLine:
    try:
        found: Certificate | None = describe(file)
    except ConfigError as error:
        found, problems = None, error.problems
    tone, state = _state(found, problems, now)
    return CertificateLine(
        use=use,
        whose=whose,
        file=str(file),
        certificate=found,
        problems=problems,
        tone=tone,
        state=state,
    )


def _state(
    found: Certificate | None, problems: tuple[Problem, ...], now: datetime
) -> tuple[Tone, Text]:
    if found is None:
        return "fault", Text("读不出来", "Cannot be read")
    if now >= found.not_after:
        return "fault", Text("已过期", "Expired")
    if now < found.not_before:
        return "fault", Text("还没有生效，或时钟不对", "Not valid yet, or the clock is wrong")
    if problems:
        return "fault", Text("不能使用", "Cannot be used")
    if now >= found.not_after - SOON:
        return "info", Text("快到期", "Ends soon")
    return "good", Text("有效", "Valid")
