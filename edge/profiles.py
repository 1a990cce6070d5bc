"""The profiles on disk: what is shipped, and what a site lays beside its own file."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final, TypeVar

from edge.driver import DriverKind
from edge.drivers import KINDS
from edge.errors import ConfigError, Problem
from edge.model import Text
from edge.problems import Language, config_error
from edge.profile_file import read_profile
from edge.yaml_file import Document, parse
from edge.schema import Profile

P = TypeVar("P", bound=Profile)

LARGEST_FILE: Final = 2 * 1024 * 1024
"""Bytes; a register map with every code in both languages takes a tenth of it."""


def shipped() -> Path:
    """Where the profiles lie that come with the gateway."""
    return Path(str(files("firmware_configs")))


def read_text(path: Path, name: str) -> str:
    """Read a file that a person wrote; `ConfigError` says why it cannot be read."""
    try:
        body = path.read_bytes()
    except OSError as error:
        why = error.strerror or "unreadable"
        what = Text(f"无法读取：{why}", f"cannot be read: {why}")
        remedy = Text("检查路径与权限", "check the path and its permissions")
    else:
        if len(body) <= LARGEST_FILE:
            try:
                return body.decode("utf-8-sig")
            except UnicodeDecodeError as error:
                line = body[: error.start].count(b"\n") + 1
                what = Text(f"第 {line} 行不是 UTF-8", f"line {line} is not UTF-8")
                remedy = Text("存为 UTF-8 编码", "save the file as UTF-8")
        else:
            what = Text("文件太大", "the file is too large")
            remedy = Text("检查是不是选错了文件", "check whether this is the right file")
    raise config_error([Problem(file=name, what=what, remedy=remedy)], "en")


class Profiles:
    """Profiles by id (`lifts/ba_box`), read when first asked for.

    An earlier folder goes before a later one: a site's own profile of the same id replaces
    the shipped one, and may begin with `extends: lifts/ba_box` to change parts of it.
    """

    def __init__(
        self,
        *folders: Path,
        kinds: Sequence[DriverKind] = KINDS,
        language: Language = "en",
    ) -> None:
        self._folders = folders or (shipped(),)
        self._kinds = kinds
        self._language = language
        self._known: dict[str, Profile | ConfigError] = {}

    def ids(self) -> tuple[str, ...]:
        """Every profile there is, sorted."""
        found = {
            path.relative_to(folder).with_suffix("").as_posix()
            for folder in self._folders
            for path in folder.rglob("*.yaml")
        }
        return tuple(sorted(found))

    def get(self, profile: str) -> Profile:
        """Return a profile; `ConfigError` tells every mistake in it, or that there is none."""
        if profile not in self._known:
            try:
                self._known[profile] = self._read(profile)
            except ConfigError as error:
                self._known[profile] = error
        known = self._known[profile]
        if isinstance(known, ConfigError):
            raise known
        return known

    def of(self, profile: str, shape: type[P]) -> P:
        """Return a profile that is known to be one driver's."""
        found = self.get(profile)
        if isinstance(found, shape):
            return found
        what = Text(f"{profile} 不属于这个驱动", f"{profile} belongs to another driver")
        remedy = Text(f"驱动是 {found.driver}", f"its driver is {found.driver}")
        raise config_error([Problem(file=profile, what=what, remedy=remedy)], self._language)

    def _read(self, profile: str, folders: Sequence[Path], layer: int = 1) -> Document:
        folder, document = self._find(profile, folders)
        base = document.at(("extends",))
        if base is None:
            return document
        if not isinstance(base, str) or layer >= MOST_LAYERS:
            self._refuse(document, Text("extends 不能用", "this extends does not work"), BASE)
        lower = folders[folders.index(folder) + 1 :] if base == profile else self._folders
        return overlay(document, self._read(str(base), lower, layer + 1))

    def _find(self, profile: str, folders: Sequence[Path]) -> tuple[Path, Document]:
        for folder in folders:
            path = folder / f"{profile}.yaml"
            if path.is_file():
                name = f"{folder.name}/{profile}.yaml"
                return folder, parse(read_text(path, name, self._language), name)
        what = Text(f"没有设备型号 {profile}", f"there is no profile {profile}")
        near = choose(profile, self.ids())
        raise config_error([Problem(file=profile, what=what, remedy=near)], self._language)
