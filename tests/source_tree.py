"""The repository as the checks of the house read it."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[1]
PRODUCT = ("edge", "cloud_bridge", "simulators")

# What tools and runs leave behind in a checkout.
_LEFTOVERS = {"build", "dist", "node_modules", "var", "__pycache__"}
_TEXT = {".cfg", ".css", ".csv", ".html", ".js", ".json", ".md", ".py", ".service", ".sh", ".sql"}
_TEXT |= {".toml", ".txt", ".yaml", ".yml", ""}
_HIDDEN_BUT_OURS = {".ci", ".gitignore", ".dockerignore", ".github"}


@dataclass(frozen=True, eq=False)
class Module:
    """One Python file; parsed and walked through once, however many ask."""

    path: str
    text: str

    @property
    def lines(self) -> int:
        """How long the file is."""
        return self.text.count("\n")

    @cached_property
    def tree(self) -> ast.Module:
        """What it says."""
        return ast.parse(self.text)

    @cached_property
    def _by_kind(self) -> Mapping[type[ast.AST], Sequence[ast.AST]]:
        found: dict[type[ast.AST], list[ast.AST]] = {}
        for node in ast.walk(self.tree):
            found.setdefault(type(node), []).append(node)
        return found

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """Every node of these kinds, wherever it stands."""
        return chain.from_iterable(self._by_kind.get(kind, ()) for kind in kinds)

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call with the last word of what it calls: `create_task` of `group.create_task`."""
        for node in self.nodes(ast.Call):
            assert isinstance(node, ast.Call)
            if isinstance(node.func, ast.Attribute):
                yield node, node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node, node.func.id


def _is_ours(name: str) -> bool:
    hidden = name.startswith(".") and name not in _HIDDEN_BUT_OURS
    return not (hidden or name in _LEFTOVERS or name.endswith(".egg-info"))


def _walk() -> Iterator[Path]:
    """Every file of ours; what others put here, such as packages, is not even looked through."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = filter(_is_ours, folders)
        yield from (Path(folder, name) for name in filter(_is_ours, names))


@cache
def files() -> tuple[Path, ...]:
    """Every text file of the repository, whether committed yet or not."""
    return tuple(path for path in sorted(_walk()) if path.suffix in _TEXT and path.is_file())


@cache
def _module(path: Path) -> Module:
    return Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every Python file below these folders."""
    below = tuple(f"{folder}/" for folder in folders)
    found = (_module(path) for path in files() if path.suffix == ".py")
    return tuple(module for module in found if module.path.startswith(below))


def line_counts() -> tuple[int, int]:
    """Lines of the product, and of its tests."""
    product = sum(module.lines for module in modules(*PRODUCT))
    return product, sum(module.lines for module in modules("tests"))
