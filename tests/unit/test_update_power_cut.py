"""A box whose power goes at any step of an update runs the old or the new release, whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from edge.update.box import Box
from edge.update.starting import count
from edge.update.updates import Updates
from tests.fakes.failing_box import FailingBox
from tests.fakes.failing_disk import Cut
from tests.fakes.releases import AT, NEW, OLD, Life, box_at, released, whole

pytestmark = pytest.mark.timeout(120)

MOST_STEPS: Final = 300
"""Far more than an update has."""

EVERYTHING: Final = 1000

Change = Callable[[Updates, Path], object]


def _install(updates: Updates, release: Path) -> None:
    updates.install(release)


def _back(updates: Updates, _: Path) -> None:
    updates.back()


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The new release as one file."""
    return released(tmp_path_factory.mktemp("release"))


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A box with the old release; copied for each try."""
    root = tmp_path_factory.mktemp("begun") / "box"
    box_at(root)
    return root


@pytest.fixture(scope="module")
def updated(begun: Path, release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after an update; copied for each try."""
    root = tmp_path_factory.mktemp("updated") / "box"
    shutil.copytree(begun, root, symlinks=True)
    Life(Box(root)).updates().install(release)
    return root


def start(box: Box, life: Life, disk: FailingBox | None = None) -> None:
    """Start the service as the unit does: what counts runs from `before`, and only then."""
    if (box.root / "before").exists():
        count(Box(box.root, disk), lambda: AT)
    assert whole(box.releases / box.current), "it always has a release to run"
    life.running = box.current


def boot(box: Box, life: Life, disk: FailingBox | None = None) -> None:
    """Start it, and go on with what was cut off."""
    start(box, life, disk)
    if (box.root / "before").exists():
        life.updates(disk).go_on()


def died(  # noqa: PLR0913, PLR0917 - what the power is cut at
    base: Path, root: Path, change: Change, release: Path, sick: frozenset[str], disk: FailingBox
) -> tuple[Box, Life, bool]:
    """Change a copy of the box until the power goes; whether it went."""
    shutil.copytree(base, root, symlinks=True)
    box = Box(root)
    life = Life(box, sick=sick)
    life.on_restart = lambda: start(box, life)
    runs = box.current
    try:
        change(life.updates(disk, runs), release)
    except Cut:
        return box, life, True
    disk.cut()
    return box, life, False


def settled(box: Box, sick: frozenset[str]) -> str:
    """Check that nothing is open any more; return what runs."""
    record = box.record()
    assert record.trial is None
    assert not (box.root / "before").is_symlink()
    assert all(whole(box.releases / each) for each in box.installed())
    assert box.manifest(NEW) is not None or NEW not in box.installed(), "it knows what it is"
    assert box.current not in sick
    if record.results and record.results[-1].outcome == "kept":
        assert record.results[-1].version == box.current
    return box.current


CASES = [
    (_install, "begun", frozenset(), NEW),
    (_install, "begun", frozenset({NEW}), OLD),
    (_back, "updated", frozenset(), OLD),
    (_back, "updated", frozenset({OLD}), NEW),
]


@pytest.mark.parametrize("lost", [0, 1, 3, EVERYTHING])
@pytest.mark.parametrize(("change", "base", "sick", "wanted"), CASES)
def test_power_goes_at_any_step(  # noqa: PLR0913, PLR0917 - a table
    request: pytest.FixtureRequest,
    release: Path,
    tmp_path: Path,
    change: Change,
    base: str,
    sick: frozenset[str],
    wanted: str,
    lost: int,
) -> None:
    """With whatever was not synced lost: what starts is whole, and what is sick does not stay."""
    ends = set()
    for steps in range(MOST_STEPS):
        disk = FailingBox(steps, lost)
        root = tmp_path / "box"
        box, life, cut = died(request.getfixturevalue(base), root, change, release, sick, disk)
        boot(box, life)
        ends.add((cut, settled(box, sick)))
        shutil.rmtree(root)
        if not cut:
            break
    else:
        pytest.fail("the update has no end")
    assert (False, wanted) in ends
    assert {runs for _, runs in ends} == ({NEW, OLD} - sick)


@pytest.mark.parametrize("lost", [0, EVERYTHING])
def test_power_goes_again_while_it_recovers(
    begun: Path, release: Path, tmp_path: Path, lost: int
) -> None:
    """A start, or a trial that is gone on with, is cut off as well, at each of its steps."""
    again = 0
    for steps in range(MOST_STEPS):
        first = tmp_path / "first"
        disk = FailingBox(steps, lost)
        box, _, cut = died(begun, first, _install, release, frozenset({NEW}), disk)
        for further in range(MOST_STEPS if (first / "before").exists() else 0):
            root = tmp_path / "again"
            shutil.copytree(first, root, symlinks=True)
            box, second = Box(root), FailingBox(further, lost)
            life = Life(box, sick=frozenset({NEW}))
            try:
                boot(box, life, second)
            except Cut:
                again += 1
                boot(box, life)
            settled(box, frozenset({NEW}))
            shutil.rmtree(root)
            if second.left > 0:
                break
        shutil.rmtree(first)
        if not cut:
            break
    assert again > 50


def test_what_dies_at_every_start_is_gone_back_from(
    begun: Path, release: Path, tmp_path: Path
) -> None:
    """Be the box switched off and on each time before anybody could look at it."""
    root = tmp_path / "box"
    shutil.copytree(begun, root, symlinks=True)
    box = Box(root)
    life = Life(box)

    def power_goes() -> None:
        raise Cut

    life.on_restart = power_goes
    with pytest.raises(Cut):
        life.updates().install(release)
    starts: list[str] = []
    while (root / "before").exists():
        assert len(starts) < 10, f"it never goes back: {starts}"
        start(box, life)
        starts.append(life.running)
    assert starts == [NEW, NEW, NEW, OLD]
    [result] = box.record().results
    assert (result.outcome, result.reason.en) == (
        "returned",
        "begun 3 times, it never came to run well",
    )
