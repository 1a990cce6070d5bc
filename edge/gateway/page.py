"""The page on the network: a listening port, and a certificate that is renewed in time."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final, NoReturn, TypeAlias

import structlog
from fastapi import FastAPI

from edge.api.server import serve
from edge.certificate import Certificate, describe, ensure_certificate, server_context
from edge.config import PageSection
from edge.driver import Now, Way
from edge.errors import ConfigError, LinkDown
from edge.keeper import Opened, keep_open

WAITING: Final = 64
"""Connections that may wait to be taken; more are refused by the kernel."""

RENEW_S: Final = 3600.0
"""How often is looked whether the certificate ends soon."""

Listens: TypeAlias = Callable[[str], Awaitable[None]]

log = structlog.get_logger()


async def serve_page(  # noqa: PLR0913 - a page's parts
    app: FastAPI,
    section: PageSection,
    store: Path,
    now: Now,
    *,
    ending: Callable[[], None],
    listens: Listens,
) -> NoReturn:
    """Serve until cancelled; a port that is taken is tried again, and told once.

    `listens` is told the address each time that somebody can come from then on.
    """
    url = f"https://{_shown(section.listen.host)}:{section.listen.port}"

    async def once(opened: Opened) -> None:
        where = section.listen
        certificate, context = await asyncio.to_thread(_secured, section, store, now)
        with closing(_listen(where.host, where.port)) as listening:
            await opened()
            log.info(
                "page.listening",
                url=url,
                fingerprint=certificate.fingerprint,
            )
            renewing = asyncio.create_task(
                _renew(context, section, store, now), name="page.certificate"
            )
            try:
                await serve(app, listening, "page.http", ending, tls=context, door="network")
            finally:
                renewing.cancel()

    async def report(way: Way, reason: str) -> None:
        log.info("page.changed", way=way, reason=reason)
        if way == "up":
            await listens(url)

    await keep_open("page", once, report)


def _secured(section: PageSection, store: Path, now: Now) -> tuple[Certificate, ssl.SSLContext]:
    """What the page is shown with; a certificate of the site's own that cannot serve shuts no page.

    One that has ended, or not begun as this clock has it, is shown: the browser says which, and a
    person decides. In the place of one that is no certificate, or has another key, stands the
    self-made one.
    """
    if section.tls is not None:
        try:
            return _opened(_certificate(section, store, now))
        except ConfigError as error:
            log.error("page.certificate_unfit", reason=str(error), instead="self-made")  # noqa: TRY400 - says it all
    try:
        return _opened(ensure_certificate(store, section.names, now))
    except ConfigError as error:
        raise LinkDown(str(error)) from error


def _opened(certificate: Certificate) -> tuple[Certificate, ssl.SSLContext]:
    return certificate, server_context(certificate.cert_file, certificate.key_file)


def _certificate(section: PageSection, store: Path, now: Now) -> Certificate:
    """The site's own, or the self-made one, made anew where it ends soon."""
    if section.tls is not None:
        return describe(Path(section.tls.cert_file), Path(section.tls.key_file))
    return ensure_certificate(store, section.names, now)


async def _renew(context: ssl.SSLContext, section: PageSection, store: Path, now: Now) -> NoReturn:
    """Show the certificate that is there now to whoever connects from now on."""
    while True:
        await asyncio.sleep(RENEW_S)
        with suppress(ConfigError, OSError):  # the one that is shown serves until it ends
            certificate = await asyncio.to_thread(_certificate, section, store, now)
            await asyncio.to_thread(
                context.load_cert_chain, certificate.cert_file, certificate.key_file
            )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=WAITING)


def _shown(host: str) -> str:
    """Where a browser at this machine finds it, or one elsewhere by the machine's name."""
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not listened on
        return socket.gethostname()
    return f"[{host}]" if ":" in host else host
