"""What there is to run: the site file, what stands in for it while it is wrong, and the store."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from edge.config import Configuration, PageSection, load
from edge.driver import Now
from edge.errors import ConfigError, Problem
from edge.files.problems import Language, Problems
from edge.files.sections import read
from edge.files.text_file import read_text
from edge.files.yaml_file import Document, parse
from edge.versions import Unfit, Versions

USUAL_STORE: Final = "var"

OF_THE_DISK: Final = frozenset({errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO})
"""How the system says that it is the disk, and not what somebody wrote into the site file."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a gateway begins with; without a configuration there is the page alone.

    `problems` are those of the site file, be it that the last one that served runs in its place.
    """

    versions: Versions
    store: Path
    page: PageSection
    configuration: Configuration | None
    problems: tuple[Problem, ...]


def find(site_file: Path, language: Language, now: Now) -> Found:
    """Read what is there; `ConfigError` only where there is no file, or no store to work in."""
    document = _document(site_file, language)
    store = site_file.resolve().parent / _store(document)
    _make(store)
    versions = Versions(site_file, store, now)
    with _told("recover"):
        if (back := versions.recover()) is not None:
            log.warning("configuration.taken_back", version=back.number, why="ended while on trial")
    problems: tuple[Problem, ...] = ()
    configuration: Configuration | None
    try:
        configuration = load(site_file, language=language)
    except ConfigError as error:
        problems = error.problems
        configuration = _last_good(versions, language)
        instead = "last_good" if configuration else "page_only"
        log.error("configuration.invalid", problems=len(problems), runs=instead)  # noqa: TRY400 - its words are told
    with _told("begin"):
        versions.begin(valid=not problems)
    page = configuration.page if configuration else _page(document)
    return Found(
        versions=versions,
        store=store,
        page=page,
        configuration=configuration,
        problems=problems,
    )


def _document(site_file: Path, language: Language) -> Document:
    """The file's tree as far as it goes; `ConfigError` when there is no file to read."""
    return parse(read_text(site_file, site_file.name, language), site_file.name)


def _store(document: Document) -> str:
    named = document.at(("gateway", "store"))
    return named if isinstance(named, str) and named else USUAL_STORE


def _make(store: Path) -> None:
    """Have a store to work in; a disk that refuses may take it later, and devices do not wait."""
    try:
        store.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno not in OF_THE_DISK:
            raise ConfigError(f"{store}: {error.strerror}") from error
        log.error("store.failing", store=str(store), reason=error.strerror)  # noqa: TRY400 - said in full


def _page(document: Document) -> PageSection:
    """Where the page is, of a file that may be wrong elsewhere, and in this section too."""
    if document.at(("page",)) is None:
        return PageSection()
    return read(document, ("page",), PageSection, Problems()) or PageSection()


def _last_good(versions: Versions, language: Language) -> Configuration | None:
    try:
        files = versions.last_good()
        return versions.check(files, language) if files else None
    except (ConfigError, Unfit, OSError):
        return None


@contextmanager
def _told(step: str) -> Iterator[None]:
    """A disk that refuses keeps no version, and no gateway from running."""
    try:
        yield
    except OSError as refusal:
        log.error("versions.failing", step=step, reason=str(refusal))  # noqa: TRY400 - said in full
