"""Looks at certificates, keys and secrets where they lie."""

from __future__ import annotations

import ssl
from datetime import datetime
from pathlib import Path
from typing import Final

from edge.api.ui.certificate_files import read_certificates
from edge.certificate import CERT_FILE, KEY_FILE
from edge.cli.doctor.files import Secret, of_certificate, of_secrets
from edge.cli.doctor.finding import Finding, not_made
from edge.cli.doctor.places import client_files
from edge.config import Configuration
from edge.config.file_references import references
from edge.files.messages import SECRET
from edge.files.yaml_file import Document
from edge.model import Text

SUFFIX: Final = "_file"
KEYS: Final = frozenset({"key_file"})


def certificates(configuration: Configuration, now: datetime) -> list[Finding]:
    """Look at every certificate that the site uses, and at its key."""
    keys = {str(cert): key for cert, key in client_files(configuration)}
    return [
        _page_to_come(configuration)
        if line.use == "page" and _not_made(configuration)
        else of_certificate(line, now, _unfit(line.file, keys.get(line.file)))
        for line in read_certificates(configuration, now)
    ]


def secrets(document: Document, configuration: Configuration, folder: Path) -> list[Finding]:
    """Look at every file that nobody else should read, and at the page's own key."""
    found = [
        _secret(str(steps[-1]), folder / name)
        for steps, name in references(document.tree)
        if _is_secret(str(steps[-1]))
    ]
    own = configuration.store / KEY_FILE
    if configuration.page.tls is None and own.exists():
        found.append(_secret("page", own))
    return list(of_secrets(found))


def _is_secret(key: str) -> bool:
    return key in KEYS or SECRET.search(key.removesuffix(SUFFIX)) is not None


def _secret(key: str, path: Path) -> Secret:
    try:
        mode = path.stat().st_mode
        with path.open("rb") as file:
            file.read(1)
    except OSError as error:
        return Secret(key=key, path=str(path), mode=None, refusal=error.strerror or str(error))
    return Secret(key=key, path=str(path), mode=mode)


def _unfit(cert: str, key: Path | None) -> str:
    """Return why a client certificate cannot be used with its key."""
    if key is None:
        return ""
    try:
        # With a password that is wrong, so that no terminal is asked for the right one.
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(cert, key, password="")
    except ssl.SSLError as error:
        return error.reason or str(error)
    except (OSError, ValueError) as error:
        return str(error)
    return ""


def _not_made(configuration: Configuration) -> bool:
    """Whether the page will make its own certificate when it first runs."""
    return configuration.page.tls is None and not (configuration.store / CERT_FILE).exists()


def _page_to_come(configuration: Configuration) -> Finding:
    return not_made(
        "certificate.page",
        Text("还没有", "there is none yet"),
        Text("网关第一次运行时自己做一个", "the gateway makes one when it first runs"),
        str(configuration.store / CERT_FILE),
    )
