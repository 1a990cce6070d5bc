"""The repository as the checks of the house read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PRODUCT = ("edge", "cloud_bridge", "simulators")

# What tools and runs leave behind in a checkout.
_LEFTOVERS = {"build", "dist", "node_modules", "var", "__pycache__"}
_TEXT = {".cfg", ".css", ".csv", ".html", ".js", ".json", ".md", ".py", ".service", ".sh", ".sql"}
_TEXT |= {".toml", ".txt", ".yaml", ".yml", ""}
_HIDDEN_BUT_OURS = {".ci", ".gitignore", ".dockerignore", ".github"}


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file, read and parsed."""

    path: str
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        """How long the file is."""
        return self.text.count("\n")

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """Every node of these kinds, wherever it stands."""
        return (node for node in ast.walk(self.tree) if isinstance(node, kinds))

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call with the last word of what it calls: `create_task` of `group.create_task`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                if isinstance(node.func, ast.Attribute):
                    yield node, node.func.attr
                elif isinstance(node.func, ast.Name):
                    yield node, node.func.id


def _is_ours(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return not any(
        part in _LEFTOVERS
        or part.endswith(".egg-info")
        or (part.startswith(".") and part not in _HIDDEN_BUT_OURS)
        for part in parts
    )


@cache
def files() -> tuple[Path, ...]:
    """Every text file of the repository, whether committed yet or not."""
    return tuple(
        path
        for path in sorted(ROOT.rglob("*"))
        if _is_ours(path) and path.suffix in _TEXT and path.is_file()
    )


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every Python file below these folders."""
    found = [path for path in files() if path.suffix == ".py"]
    return tuple(
        Module(name, text, ast.parse(text))
        for path in found
        if (name := path.relative_to(ROOT).as_posix()).startswith(tuple(f"{f}/" for f in folders))
        for text in (path.read_text(),)
    )


def line_counts() -> tuple[int, int]:
    """Lines of the product, and of its tests."""
    product = sum(module.lines for module in modules(*PRODUCT))
    return product, sum(module.lines for module in modules("tests"))
