"""What a configuration that comes over the page may name, and touch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from edge.config import OWN_PROFILES
from edge.errors import Problem
from edge.files.problems import Problems
from edge.files.yaml_file import Steps
from edge.model import Text
from edge.versions.files import Files, Unfit
from edge.versions.live import largest
from edge.versions.naming import Named, is_profile, named, normal

MOST_FILES: Final = 2_000
LARGEST_WHOLE: Final = 32 * 1024 * 1024
"""Bytes of all files together; half of what the history may have."""

_PROFILE: Final = re.compile(r"^[a-z0-9][a-z0-9_-]*(/[a-z0-9][a-z0-9_-]*){0,4}\.yaml$")


def check_size(files: Files) -> None:
    """Refuse files that are too large to be looked at: `Unfit` says which."""
    if files.site not in files.contents:
        raise Unfit(Text("没有站点文件", "there is no site file"))
    if len(files.contents) > MOST_FILES or files.size > LARGEST_WHOLE:
        raise Unfit(Text("文件太多或太大", "there are too many files, or they are too large"))
    for name, body in files.contents.items():
        if len(body) > largest(name):
            raise Unfit(Text(f"{name} 太大", f"{name} is too large"))


def check_shape(files: Files) -> None:
    """Refuse files that belong to no configuration: `Unfit` says which and why."""
    tables = named(files.text(), files.site).own_tables
    for name in files.contents:
        if is_profile(name) and not _PROFILE.match(name.removeprefix(f"{OWN_PROFILES}/")):
            raise Unfit(
                Text(
                    f"{name}：文件名只能用小写字母、数字、- 和 _",
                    f"{name}: write the name with a-z, 0-9, - and _ only",
                )
            )
        if any(str(folder) in files.contents for folder in PurePosixPath(name).parents):
            raise Unfit(Text(f"{name} 在一个文件之下", f"{name} would lie in a file"))
        if name != files.site and not is_profile(name) and name not in tables:
            raise Unfit(
                Text(
                    f"{name} 不属于配置：站点文件没有提到它",
                    f"{name} is no part of the configuration: the site file does not name it",
                )
            )


def strangers(
    candidate: Files, before: Sequence[Files], folder: Path, store: Path
) -> list[Problem]:
    """Names of files that a page may not bring in: those outside, and those of the gateway.

    Who may change the configuration over the network must not thereby read or overwrite the
    machine's other files. What files before it have named, somebody has written on the machine.
    """
    new = named(candidate.text(), candidate.site)
    old = [named(each.text(), each.site) for each in before]
    problems = Problems()
    for steps, what, remedy in _strange(new, old, folder.resolve(), store.resolve()):
        problems.add(new.document, steps, what, remedy)
    return problems.found


def _strange(
    new: Named, old: Sequence[Named], folder: Path, store: Path
) -> Iterator[tuple[Steps, Text, Text]]:
    others = {name for each in old for name in each.others}
    tables = {name for each in old for name in each.tables}
    for name, steps in new.others.items():
        if name not in others and not _within(folder / name, folder, store):
            yield steps, _OUTSIDE, _BY_HAND
    secrets = {(folder / name).resolve() for name in {*new.others, *others}}
    for name, steps in new.tables.items():
        if name in tables:
            continue
        path = folder / name
        if not normal(name) or not _within(path, folder, store):
            yield steps, _OUTSIDE, _BY_HAND
        elif path.suffix.lower() != ".csv" or path.resolve() in secrets:
            yield steps, _NO_TABLE, _AS_CSV
    if new.store not in {"", *(each.store for each in old)} and not _inside(
        folder / new.store, folder
    ):
        yield ("gateway", "store"), _OUTSIDE, _BY_HAND


def _within(path: Path, folder: Path, store: Path) -> bool:
    return _inside(path, folder) and not _inside(path, store)


def _inside(path: Path, folder: Path) -> bool:
    try:
        return path.resolve().is_relative_to(folder)
    except (OSError, ValueError, RuntimeError):  # a link to itself, a name that no file can have
        return False


_OUTSIDE: Final = Text(
    "页面上只能引用站点文件夹里的文件",
    "from the page, only files in the site's folder can be named",
)
_BY_HAND: Final = Text(
    "把文件放进该文件夹（不在 store 里），或在网关上直接改站点文件",
    "put it into that folder, not into the store, or edit the site file on the gateway itself",
)
_NO_TABLE: Final = Text("这不是一张表", "this is no table")
_AS_CSV: Final = Text("存为 .csv 文件，名字不与机密文件相同", "save it as .csv, a file of its own")
