"""Opening a link that the site file does not have yet, once and without devices."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from edge.broker import BrokerSection
from edge.config.file_references import resolve_files
from edge.driver import Driver, Kinds, Link, Now
from edge.drivers import KINDS
from edge.drivers.modbus.link import ModbusLink
from edge.drivers.modbus.section import DialIn, Rtu, RtuOverTcp, Tcp
from edge.errors import LinkDown
from edge.files.problems import Language, Problems, config_error
from edge.files.sections import read
from edge.files.yaml_file import parse
from edge.model import Text
from edge.profiles.profile_file import driver_of
from edge.trace import Trace

OPENS_S: Final = 30.0
"""How long it may take to connect, or a box to dial in, while a person waits."""

_FILE: Final = "link"


def link_of(
    section: Mapping[str, Any],
    folder: Path,
    *,
    running: Iterable[Link] = (),
    kinds: Kinds = KINDS,
    language: Language = "zh",
) -> Link:
    """Make a link of its section of the site file; `ConfigError` tells every mistake in it.

    It blocks, so it is for a thread. Files that it names lie in `folder`, the site file's. One of
    the `running` links may be on the same line: two that ask at once garble each other, so that is
    a mistake too.
    """
    document = resolve_files(parse(json.dumps(section), _FILE), folder)
    problems = Problems(document.problems)
    kind = driver_of(document, ("driver",), kinds, problems) if not problems.found else None
    parsed: Any = read(document, (), kind.section, problems) if kind is not None else None
    if parsed is None or problems.found:
        raise config_error(problems.found, language)
    if isinstance(parsed, BrokerSection):
        # Under the name of a running link the broker would throw that one out.
        parsed = parsed.model_copy(update={"client_id": f"whistle-try-{secrets.token_hex(4)}"})
    link: Link = parsed.bind([])
    other = next((each.id for each in running if _same_line(each, link)), None)
    if other is not None:
        what = Text(f"链路 {other} 已在使用这条线路", f"the link {other} uses this line")
        remedy = Text(f"在链路 {other} 上扫描", f"survey the link {other}")
        problems.add(document, ("transport",), what, remedy)
        raise config_error(problems.found, language)
    return link


@asynccontextmanager
async def opened(link: Link, now: Now, trace: Trace) -> AsyncIterator[Driver]:
    """Open a link once, while a person waits; `LinkDown` or `OSError` when it does not open."""
    async with AsyncExitStack() as stack:
        try:
            async with asyncio.timeout(OPENS_S):
                driver = await stack.enter_async_context(link.open(now, trace))
        except TimeoutError:
            raise LinkDown(f"not open within {OPENS_S:.0f} s") from None
        yield driver


@asynccontextmanager
async def tried(  # noqa: PLR0913 - what it is opened with, each by name
    section: Mapping[str, Any],
    now: Now,
    folder: Path,
    *,
    running: Iterable[Link] = (),
    trace: Trace | None = None,
    language: Language = "zh",
) -> AsyncIterator[Driver]:
    """Open the link that a section describes, once; nobody opens it again when it is lost.

    `ConfigError` for a section that is wrong, `LinkDown` or `OSError` when it does not open.
    """
    link = await asyncio.to_thread(
        link_of, section, folder, running=tuple(running), language=language
    )
    async with opened(link, now, trace or Trace(now)) as driver:
        yield driver


def _same_line(one: Link, other: Link) -> bool:
    """Whether two Modbus links are one serial port, one host and port, or one port to call."""
    if not isinstance(one, ModbusLink) or not isinstance(other, ModbusLink):
        return False
    return _line(one) == _line(other)


def _line(link: ModbusLink) -> tuple[str, str | int]:
    match link.transport:
        case Rtu(port=port):
            return "", port
        case DialIn(listen=port):
            return "listen", port
        case Tcp(host=host, port=port) | RtuOverTcp(host=host, port=port):
            return host, port
