"""Tries to reach devices and platforms: name, connection, certificate, session."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from cloud_bridge.beside import NoReceipt
from cloud_bridge.https import HttpsLine
from cloud_bridge.mqtt import open_uplink
from edge.broker import Broker, BrokerTls
from edge.cli.doctor.finding import Finding, not_made, ok, wrong
from edge.cli.doctor.places import Place
from edge.cli.doctor.reach import Shown, failure, reached, secured, skipped
from edge.cli.doctor.words import both
from edge.config import SeriesSection
from edge.config.uplink_section import HttpsSection
from edge.errors import LinkDown
from edge.model import Text
from edge.site import Site

PATIENCE_S: Final = 3.0
"""For each step: a device or a platform across a city answers in one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom to reach: `check` begins the names of what is found; `tls` is none where plain."""

    check: str
    subject: str
    host: str
    port: int
    tls: BrokerTls | None


def link(place: Place) -> list[Finding]:
    """Try one address of a link."""
    if place.way == "serial":
        return [_serial(place)]
    error: OSError | None = None
    try:
        _connected(place.host, place.port).close()
    except OSError as found:
        error = found
    return [reached("link", place.link, str(place), error)]


def steps(
    target: Target, now: datetime, session: Callable[[], Finding] | None
) -> Iterator[Finding]:
    """Go as far as one comes; `session` is the last step, none where somebody else makes it."""
    names = [f"{target.check}.tcp"]
    names += [f"{target.check}.tls"] if target.tls is not None else []
    where = f"{target.host}:{target.port}"
    try:
        socket_ = _connected(target.host, target.port)
    except OSError as error:
        yield reached(names[0], target.subject, where, error)
        for name in names[1:]:
            yield skipped(name, target.subject, "tcp")
        if session is not None:
            yield skipped(target.check, target.subject, "tcp")
        return
    with closing(socket_):
        peer = socket_.getpeername()[0]
        told = where if peer == target.host else f"{where} ({peer})"
        yield reached(names[0], target.subject, told, None)
        if target.tls is not None:
            found = _secured(target, target.tls, socket_, now)
            yield found
            if found.verdict == "wrong" and session is not None:
                yield skipped(target.check, target.subject, "tls")
                return
    if session is not None:
        yield session()


def mqtt_session(broker: Broker, site: Site, uplink: str) -> Finding:
    """Open the gateway's own session, which only one who knows that it does not run may do."""

    async def opened() -> None:
        async with open_uplink(broker, site.id, site.gateway):
            pass

    try:
        asyncio.run(opened())
    except LinkDown as lost:
        return wrong(
            "uplink.mqtt",
            both(str(lost)),
            Text(
                "核对用户名、密码文件、证书和 ACL",
                "user name, password file, certificate and ACL: is each as the broker knows it?",
            ),
            uplink,
        )
    seen = Text("会话能打开，回执能订阅", "a session opens, receipts can be subscribed to")
    return ok("uplink.mqtt", seen, uplink)


def https_session(section: HttpsSection, uplink: str) -> Finding:
    """Post no event at all, as a gateway does to see who is there."""
    answer = asyncio.run(_asked(section))
    if isinstance(answer, NoReceipt):
        remedy = Text("核对 url 和 token", "is the url right, and the token?")
        return wrong("uplink.https", both(answer.reason), remedy, uplink)
    return ok("uplink.https", Text("平台给出回执", "the platform gives receipts"), uplink)


def series_target(section: SeriesSection, host: str, port: int) -> Target:
    """The database of readings."""
    plain = section.url.startswith("http:")
    tls = None if plain else BrokerTls(ca_file=section.tls.ca_file)
    return Target(check="series", subject="", host=host, port=port, tls=tls)


async def _asked(section: HttpsSection) -> object:
    line = HttpsLine(section)
    try:
        return await line.send([])
    finally:
        line.hang_up()


def _connected(host: str, port: int) -> socket.socket:
    return socket.create_connection((host, port), PATIENCE_S)


def _serial(place: Place) -> Finding:
    if not Path(place.host).exists():
        remedy = Text(
            "插好转换器；ls -l /dev/serial/by-id", "is it plugged in? ls -l /dev/serial/by-id"
        )
        seen = Text(f"没有 {place.host}", f"there is no {place.host}")
        return wrong("link", seen, remedy, place.link)
    if not os.access(place.host, os.R_OK | os.W_OK):
        why = Text(f"不许打开 {place.host}", f"{place.host} may not be opened")
        remedy = Text("把用户加入 dialout 组", "add the user to the group dialout")
        return not_made("link", why, remedy, place.link)
    return ok("link", Text(f"{place.host} 在", f"{place.host} is there"), place.link)


def _secured(target: Target, files: BrokerTls, plain: socket.socket, now: datetime) -> Finding:
    check = f"{target.check}.tls"
    try:
        context = ssl.create_default_context(cafile=files.ca_file)
        if files.cert_file is not None:
            context.load_cert_chain(files.cert_file, files.key_file, password="")
    except (OSError, ValueError) as error:
        remedy = Text("见证书几行", "see the lines on certificates")
        return wrong(
            check, both(f"{files.ca_file or files.cert_file}: {error}"), remedy, target.subject
        )
    try:
        with context.wrap_socket(plain, server_hostname=target.host) as secure:
            return secured(check, target.subject, None, _shown(secure), now)
    except ssl.SSLCertVerificationError as error:
        return secured(check, target.subject, error, _looked(target), now)
    except OSError as error:
        seen, _ = failure(error)
        told = error if isinstance(error, ssl.SSLError) else OSError(error.errno, seen.en)
        return secured(check, target.subject, told, None, now)


def _looked(target: Target) -> Shown | None:
    """Return whatever certificate is shown, to say whose it is; nothing is sent."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            _connected(target.host, target.port) as plain,
            context.wrap_socket(plain, server_hostname=target.host) as secure,
        ):
            return _shown(secure)
    except OSError:
        return None


def _shown(secure: ssl.SSLSocket) -> Shown | None:
    raw = secure.getpeercert(binary_form=True)
    if raw is None:
        return None
    found = x509.load_der_x509_certificate(raw)
    return Shown(
        subject=found.subject.rfc4514_string(),
        issuer=found.issuer.rfc4514_string(),
        begins=found.not_valid_before_utc,
        ends=found.not_valid_after_utc,
    )
