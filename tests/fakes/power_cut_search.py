"""Cuts the power at every step of what was watched, and counts the promises that broke."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.power_cut import PowerCut
from tests.fakes.power_cut_disk import chance_of, cuts


@dataclass(slots=True)
class Findings:
    """How many times the power was cut, how often that broke a promise, and what was broken."""

    cuts: int = 0
    losses: int = 0
    broken: dict[str, str] = field(default_factory=dict)
    """What was broken, each kind with the first time that it was."""

    def add(self, broken: list[str]) -> None:
        """Count one cut."""
        self.cuts += 1
        self.losses += bool(broken)
        for each in broken:
            self.broken.setdefault(each.partition(":")[0], f"cut {self.cuts}: {each}"[:500])


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make this the content of a folder, as a machine that starts again finds it."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in folder.iterdir():
        each.unlink()
    for name, body in files.items():
        (folder / name).write_bytes(body)


def examined(  # noqa: PLR0913 - how often, and how deep
    disk: PowerCut,
    folder: Path,
    broken: Callable[[Path, Sequence[object]], list[str]],
    *,
    seed: int = 0,
    each: float = 1,
    again: int = 0,
) -> Findings:
    """Cut the power at every step of what was watched, and look at what is left in a folder.

    `broken` opens it, goes on with it, and says what is not as it was told. Every `again`-th time
    the power is cut again at every step of that.
    """
    chance, findings = chance_of(seed), Findings()
    left = cuts(tuple(disk.steps), disk.files, chance, each, careful=disk.careful)
    for number, (files, told) in enumerate(left):
        put(folder, files)
        disk.watch(folder)
        findings.add(broken(folder, told))
        if again and number % again == 0:
            steps, before = tuple(disk.steps), disk.files
            disk.watch(folder.with_name("nowhere"))
            for further, _ in cuts(steps, before, chance, careful=disk.careful):
                put(folder, further)
                findings.add(broken(folder, told))
    return findings
