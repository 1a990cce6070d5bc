"""The profiles on disk: what is shipped, and what a site lays beside its own file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final, TypeVar
from weakref import WeakValueDictionary

from edge.choices import choose
from edge.driver import Kinds
from edge.drivers import KINDS
from edge.errors import ConfigError, Problem
from edge.files.problems import Language, Problems, config_error
from edge.files.text_file import read_text
from edge.files.yaml_file import Document, parse
from edge.model import Text
from edge.profiles.profile_file import check_profile, overlay
from edge.schema import Profile
from edge.schema.pieces import PROFILE

P = TypeVar("P", bound=Profile)

MOST_LAYERS: Final = 4
"""A site's change of a maker's variant of a family: three; more is a circle."""


def shipped() -> Path:
    """Where the profiles lie that come with the gateway."""
    return Path(str(files("firmware_configs")))


_HELD: Final[WeakValueDictionary[tuple[str, str], Profile]] = WeakValueDictionary()
"""Sound profiles that somebody still has, such as the site that runs: each check reads them again.

Of those that stand for themselves; what one `extends` may be another file the next time.
"""


class Profiles:
    """Profiles by id (`lifts/ba_box`), read when first asked for.

    An earlier folder goes before a later one: a site's own profile of the same id replaces
    the shipped one, and may begin with `extends: lifts/ba_box` to change parts of it.
    """

    def __init__(
        self,
        *folders: Path,
        kinds: Kinds = KINDS,
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
                self._known[profile] = self._checked(profile)
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

    def _checked(self, profile: str) -> Profile:
        _, name, text = self._find(profile, self._folders)
        if (held := _HELD.get((name, text))) is not None and self._made(held):
            return held
        problems, own = Problems(), parse(text, name)
        whole = self._read(profile, self._folders)
        found = check_profile(whole, self._kinds, problems)
        if found is None or problems.found:
            raise config_error(problems.found, self._language)
        if whole is own:
            _HELD[name, text] = found
        return found

    def _made(self, profile: Profile) -> bool:
        """Whether it is what the driver that is known here by its name makes."""
        kind = self._kinds.get(profile.driver)
        return kind is not None and type(profile) is kind.profile

    def _read(self, profile: str, folders: Sequence[Path], layer: int = 1) -> Document:
        folder, name, text = self._find(profile, folders)
        document = parse(text, name)
        base = document.at(("extends",))
        if base is None:
            return document
        lower = folders[folders.index(folder) + 1 :] if base == profile else self._folders
        if layer >= MOST_LAYERS or not any(_path(each, base) for each in lower):
            problems = Problems()
            what = Text("extends 走不通", "this extends leads nowhere")
            remedy = choose(str(base), [own for own in self.ids() if own != profile])
            problems.add(document, ("extends",), what, remedy)
            raise config_error(problems.found, self._language)
        return overlay(document, self._read(str(base), lower, layer + 1))

    def _find(self, profile: str, folders: Sequence[Path]) -> tuple[Path, str, str]:
        """The folder that has it, the name of its file, and what is written there."""
        for folder in folders:
            if path := _path(folder, profile):
                name = f"{folder.name}/{profile}.yaml"
                return folder, name, read_text(path, name, self._language)
        what = Text(f"没有设备型号 {profile}", f"there is no profile {profile}")
        near = choose(profile, self.ids())
        raise config_error([Problem(file=profile, what=what, remedy=near)], self._language)


def _path(folder: Path, profile: object) -> Path | None:
    """Where a folder has a profile, if it has it."""
    if not isinstance(profile, str) or not re.match(PROFILE, profile):
        return None
    path = folder / f"{profile}.yaml"
    return path if path.is_file() else None
