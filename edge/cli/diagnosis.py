"""What whoever helps from afar has to see, with the gateway running or not; no secret, no face."""

from __future__ import annotations

import argparse
import io
import os
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import apsw

from cloud_bridge.journal_check import JournalReading
from edge.access.audit import verify
from edge.access.database import OWN_ONLY
from edge.api.bundle import encoded, of_configuration, packed, redacted
from edge.cli.command import Say
from edge.cli.doctor.finding import plain
from edge.cli.doctor.visit import examined
from edge.cli.local import fetch
from edge.cli.store import named_store
from edge.clock import Clock
from edge.errors import ConfigError
from edge.files.problems import Language
from edge.journal import JOURNAL_FILE
from edge.versions import Unfit
from edge.versions.disk import Disk
from edge.versions.live import Live
from edge.versions.shelf import FOLDER, RECORD

LAST_EVENTS: Final = 500
"""Of the journal: which, when and about what, not what they say."""

PATIENCE_S: Final = 20.0


def diagnose(arguments: argparse.Namespace, say: Say) -> int:
    """Pack it; `ConfigError` where there is no site file, or no room for the bundle."""
    out: Path = arguments.out
    now = Clock().now()
    contents = dict(_gathered(arguments.site, arguments.lang, now))
    try:
        number = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWN_ONLY)
        with os.fdopen(number, "wb") as file:
            file.write(packed(contents, now))
    except OSError as error:
        raise ConfigError(say(f"{out} 写不了：{error}", f"{out}: {error}")) from error
    sys.stdout.write(
        say(
            f"{out}：{len(contents)} 个文件；发送前可以自己先看一遍\n",
            f"{out}: {len(contents)} files; have a look at them before you send it\n",
        )
    )
    return 0


def _gathered(site: Path, language: Language, now: datetime) -> Iterator[tuple[str, bytes]]:
    store = named_store(site, language)
    system = " ".join(os.uname()[:1] + os.uname()[2:])
    about = {"version": version("whistle"), "at": now, "python": sys.version, "system": system}
    yield "about.json", encoded(about)
    yield "doctor.json", encoded([plain(each) for each in examined(site, language)])
    yield from _configuration(site, store)
    yield "events.json", encoded(_events(store / JOURNAL_FILE))
    yield "audit.json", encoded(_audit(store))
    for name, body in _of_the_running(store):
        yield f"running/{name}", body


def _configuration(site: Path, store: Path) -> Iterator[tuple[str, bytes]]:
    try:
        yield from of_configuration(Live(site, store, Disk()).read()).items()
    except Unfit as error:
        yield "configuration.txt", str(error).encode()
    record = store / FOLDER / RECORD
    if record.exists():
        yield "versions.json", redacted(record.read_text("utf-8", "replace")).encode()


def _events(path: Path) -> object:
    """Which events there were lately; why there are none where the journal cannot be read."""
    try:
        with closing(JournalReading(path)) as reading:
            return list(reading.tell(LAST_EVENTS))
    except (apsw.Error, OSError) as error:
        return {"unread": str(error)}


def _audit(store: Path) -> object:
    """Whether the audit log is whole; who did what is nobody's business elsewhere."""
    try:
        found = verify(store)
    except OSError as error:
        return {"unread": str(error)}
    problems = [each.en for each in found.problems]
    return {"lines": found.lines, "first": found.first, "last": found.last, "problems": problems}


def _of_the_running(store: Path) -> Iterator[tuple[str, bytes]]:
    """What the gateway itself packs: its log, its links, its frames; nothing where none runs."""
    body = fetch(store, "/api/v1/diagnostics", PATIENCE_S)
    if body is None:
        return
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)
