"""The index of the evidence when the power goes: a picture that was noted is found again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import apsw

from edge.evidence.evidence import Evidence
from edge.evidence.index import Index, UnknownIndex
from tests.fakes.power_cut import power_cut
from tests.fakes.power_cut_search import Findings, examined
from tests.fakes.time import EPOCH

FILE = "evidence.db"


class Noted(NamedTuple):
    """Whoever took it was told that it is kept."""

    sha256: str


class Removing(NamedTuple):
    """It is being forgotten: it may be gone from now on."""

    sha256: str


def _picture(number: int) -> Evidence:
    return Evidence(
        sha256=f"{number:064}",
        camera="cam-1",
        kind="still",
        media_type="image/jpeg",
        size=1000,
        blurred="faces",
        began=EPOCH,
        ended=EPOCH,
        file=f"{number:064}.jpg",
        alarms=("gate-1/forced", f"gate-1/{number}"),
    )


def lived(folder: Path, *, lying: bool = False) -> Findings:
    """Pictures come and go."""
    with power_cut(lying=lying) as disk:
        disk.watch(folder / "run")
        index = Index(folder / "run" / FILE)
        for number in range(40):
            kept = index.add(_picture(number), ("one", "two"))
            disk.tell(Noted(kept.sha256))
            if number % 3 == 0:
                disk.tell(Removing(kept.sha256))
                index.remove([kept.number])
        index.close()
        return examined(disk, folder / "found", _broken, each=0.7)


def _broken(folder: Path, told: Sequence[object]) -> list[str]:
    try:
        index = Index(folder / FILE)
    except (apsw.Error, UnknownIndex) as error:
        return [f"does not open: {error}"]
    try:
        files = index.files()
        orphans = list(
            index.db.execute("SELECT number FROM waiting EXCEPT SELECT number FROM evidence")
        )
        sound = index.db.pragma("integrity_check")
    except apsw.Error as error:
        return [f"cannot be read: {error}"]
    finally:
        index.close()
    removed = {each.sha256 for each in told if isinstance(each, Removing)}
    noted = {each.sha256 for each in told if isinstance(each, Noted)}
    found = {
        "damaged": sound != "ok",
        "noted is lost": {each for each in noted - removed if f"{each}.jpg" not in files},
        "somebody waits for nothing": orphans,
    }
    return [f"{what}: {which}" for what, which in found.items() if which]


def test_a_picture_that_was_noted_survives_every_cut(tmp_path: Path) -> None:
    """Nobody would know of its file any more, and it would be swept."""
    findings = lived(tmp_path)
    assert not findings.broken
    assert findings.cuts > 150


def test_an_index_on_a_disk_that_lies_is_found(tmp_path: Path) -> None:
    """The same cuts would find an index that is not synced."""
    assert "noted is lost" in lived(tmp_path, lying=True).broken
