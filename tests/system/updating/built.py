"""Releases built from this tree: the same code under a number of its own, and a further schema."""

from __future__ import annotations

import marshal
import shutil
import sys
from datetime import UTC, datetime
from importlib.machinery import SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source, source_hash
from pathlib import Path
from typing import Final

import pytest

from cloud_bridge.order_keys import SigningKey
from cloud_bridge.schemas import schemas
from edge.schema_steps import Schema
from edge.update.making import About, make
from edge.update.service import here
from tests.source_tree import ROOT

PACKAGES: Final = ("edge", "cloud_bridge", "firmware_configs")

PROGRAM: Final = """#!/bin/sh
release=$(dirname "$(dirname "$(readlink -f "$0")")")
PYTHONPATH="$release/lib" PYTHONDONTWRITEBYTECODE=1 exec {python} -P -m edge "$@"
"""

FURTHER: Final = """-- reader: {reader}
-- What a later version keeps besides: a column and a table, filled from what is there.
ALTER TABLE event ADD COLUMN colour TEXT NOT NULL DEFAULT 'grey';
CREATE TABLE painted (number INTEGER PRIMARY KEY, colour TEXT NOT NULL) STRICT;
INSERT INTO painted (number, colour) SELECT number, 'grey' FROM event;
"""


def tree(folder: Path, version: str, *, further: bool) -> Path:
    """Build a release that can be run where it lies."""
    library = folder / "lib"
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, library / package, ignore=ignored)
        compiled(library / package, ROOT / package)
    about = library / f"whistle-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: whistle\nVersion: {version}\n")
    if further:
        number = schemas()["journal"].writes
        path = library / "cloud_bridge" / "schema" / f"{number + 1:04}.sql"
        path.write_text(FURTHER.format(reader=number), encoding="utf-8")
    program = folder / "bin" / "whistle"
    program.parent.mkdir()
    program.write_text(PROGRAM.format(python=sys.executable))
    program.chmod(0o755)
    return folder


def compiled(package: Path, source: Path) -> None:
    """Lay the bytecode beside the code, as a package has it; what is compiled already is taken."""
    for path in package.rglob("*.py"):
        own = source / path.relative_to(package)
        code = SourceFileLoader(path.stem, str(own)).get_code(path.stem)
        cache = Path(cache_from_source(str(path)))
        cache.parent.mkdir(exist_ok=True)
        unchecked = MAGIC_NUMBER + (1).to_bytes(4, "little") + source_hash(path.read_bytes())
        cache.write_bytes(unchecked + marshal.dumps(code))


def release(folder: Path, version: str, key: SigningKey) -> Path:
    """Build one with a further schema, as one file that is signed."""
    box = here(version, {})
    journal = schemas()["journal"]
    about = About(
        version=version,
        architecture=box.architecture,
        python=box.python,
        made=datetime(2026, 1, 1, tzinfo=UTC),
        expires=None,
        replaces="0.1.0",
        schemas={**schemas(), "journal": Schema(journal.writes + 1, journal.reader)},
    )
    built = tree(folder / version, version, further=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("edge.update.making.PRESET", 0)
        return make(built, about, {key.name: key.sign}, folder)
