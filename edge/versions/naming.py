"""Which files a site file names, and which of them are part of the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Final

from edge.config import OWN_PROFILES
from edge.config.file_references import references
from edge.drivers import KINDS
from edge.files.yaml_file import Document, Steps, parse

PROFILE: Final = ".yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What a site file names, as it is written there, each with its place.

    `document` knows those places and nothing else of the file. `tables` are what addresses name,
    `others` what keys such as `password_file` do.
    """

    document: Document
    tables: Mapping[str, Steps]
    others: Mapping[str, Steps]
    store: str

    @property
    def own_tables(self) -> tuple[str, ...]:
        """The tables that belong to the configuration: within the folder, and no secret."""
        taken = {normal(name) for name in self.others} | {self.document.file}
        names = {normal(name) for name in self.tables} - taken - {""}
        return tuple(sorted(name for name in names if not is_profile(name)))


@lru_cache(maxsize=4)  # the file as it is, and a candidate: asked for again and again
def named(text: str, file: str) -> Named:
    """Read what it names, as far as it can be read."""
    document = parse(text, file)
    store = document.at(("gateway", "store"))
    links = range(document.size(("links",)))
    drivers = [KINDS.get(str(document.at(("links", index, "driver")))) for index in links]
    keys = {key for kind in drivers if kind for key in kind.tables}
    tables: dict[str, Steps] = {}
    for index in range(document.size(("devices",))):
        for key in keys:
            steps: Steps = ("devices", index, "address", key)
            name = document.at(steps)
            if isinstance(name, str) and name:
                tables.setdefault(name, steps)
    others: dict[str, Steps] = {}
    for steps, name in references(document.tree):
        others.setdefault(name, steps)
    places = (*tables.values(), *others.values())
    return Named(
        document=replace(
            document, tree=None, values={at: document.mark(at) for at in places}, keys={}, texts={}
        ),
        tables=tables,
        others=others,
        store=store if isinstance(store, str) else "",
    )


def normal(name: str) -> str:
    """A relative name in the one way to write it; empty for one that may lead elsewhere."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\0" in name or not path.parts:
        return ""
    return path.as_posix()


def is_profile(name: str) -> bool:
    """Whether a file of that name is one of the site's own profiles."""
    return name.startswith(f"{OWN_PROFILES}/") and name.endswith(PROFILE)
