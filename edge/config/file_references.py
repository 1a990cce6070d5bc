"""The files that a site file names, secrets above all: where they lie, whether they are fit."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from edge.files.messages import SECRET
from edge.files.problems import Problems
from edge.files.text_file import unreadable
from edge.files.yaml_file import Document, Steps, Tree
from edge.model import Text

SUFFIX: Final = "_file"
"""A key that ends so names a file, relative to the site file."""

LATER: Final = frozenset({"path", "models"})
"""Keys that name a recording or a folder; it may come to be there later, so nobody looks for it."""


def resolve_files(document: Document, folder: Path) -> Document:
    """Make each file reference independent of where the gateway is started."""
    return replace(document, tree=_resolved(document.tree, folder))


def _resolved(node: Tree, folder: Path) -> Tree:
    if isinstance(node, list):
        return [_resolved(item, folder) for item in node]
    if isinstance(node, dict):
        return {
            key: str(folder / value)
            if (key.endswith(SUFFIX) or key in LATER) and isinstance(value, str) and value
            else _resolved(value, folder)
            for key, value in node.items()
        }
    return node


def check_files(document: Document, folder: Path, problems: Problems) -> None:
    """Each file that is named can be read; a secret that everybody can read is warned of."""
    for steps, name in references(document.tree):
        key = str(steps[-1])
        try:
            path = Path(name)
            mode = path.stat().st_mode
            with path.open("rb") as file:
                empty = not file.read(1)
        except (OSError, ValueError) as error:
            remedy = Text(
                "检查路径（相对于本文件）与权限",
                "check its path, relative to this file, and its permissions",
            )
            problems.add(document, steps, unreadable(error), remedy)
            continue
        if empty:
            what, remedy = Text("文件是空的", "the file is empty"), Text("写入内容", "fill it")
            problems.add(document, steps, what, remedy)
        elif mode & stat.S_IROTH and SECRET.search(key.removesuffix(SUFFIX)):
            what = Text("所有用户都能读这个机密文件", "every user can read this secret")
            near = path.relative_to(folder) if path.is_relative_to(folder) else path
            remedy = Text(f"运行 chmod 600 {near}", f"run chmod 600 {near}")
            problems.warn(document, steps, what, remedy)


def references(node: Tree, steps: Steps = ()) -> Iterator[tuple[Steps, str]]:
    """Every file that a key ending in `_file` names, with the place of that key."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from references(item, (*steps, index))
    elif isinstance(node, dict):
        for key, value in node.items():
            if key.endswith(SUFFIX) and isinstance(value, str) and value:
                yield (*steps, key), value
            else:
                yield from references(value, (*steps, key))
