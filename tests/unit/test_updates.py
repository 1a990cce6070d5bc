"""An update from its beginning to its end: kept, taken back, gone back from, pruned."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from edge.model import Text
from edge.update.box import RECORD, Box, alone
from edge.update.record import Record, Result, decode, encode
from edge.update.refused import Refused
from edge.update.starting import count
from tests.fakes.releases import AT, NEW, OLD, Life, about, box_at, released, whole


def install(life: Life, folder: Path, version: str) -> Result:
    """Make a release of this version and install it."""
    release = released(folder, about=about(version=version))
    return life.updates(runs=life.box.current).install(release)


def test_a_release_that_serves_is_kept(tmp_path: Path) -> None:
    """It runs, whole, the one before it is still there, and nothing is left half-way."""
    life = Life(box_at(tmp_path / "box"))
    result = install(life, tmp_path, NEW)
    assert (result.outcome, result.version, result.before) == ("kept", NEW, OLD)
    box = life.box
    assert (box.current, box.before, box.installed()) == (NEW, "", [OLD, NEW])
    assert whole(box.releases / NEW)
    assert (box.releases / NEW / "bin" / "whistle").stat().st_mode & 0o777 == 0o755
    assert (box.releases / NEW / "bin" / "python").readlink() == Path("/usr/bin/python3.11")
    assert [each.name for each in box.releases.iterdir() if each.name.startswith(".")] == []
    assert not box.staging.exists()
    assert life.restarts == 1


def test_a_release_that_does_not_serve_is_taken_back(tmp_path: Path) -> None:
    """After its time; the one before runs again, and the reason is written down."""
    life = Life(box_at(tmp_path / "box"), sick=frozenset({NEW}))
    result = install(life, tmp_path, NEW)
    assert (result.outcome, result.reason) == ("returned", Text("病", "sick"))
    assert (life.box.current, life.running, life.restarts) == (OLD, OLD, 2)
    assert life.box.record().results == (result,)


def test_a_service_that_does_not_start_is_taken_back(tmp_path: Path) -> None:
    """Nobody waits for what has said that it failed."""
    life = Life(box_at(tmp_path / "box"))

    def fails() -> None:
        if life.box.current == NEW:
            raise OSError("exit status 1")

    life.on_restart = fails
    result = install(life, tmp_path, NEW)
    assert (result.outcome, life.box.current, life.at) == ("returned", OLD, AT)
    assert "exit status 1" in result.reason.en


def test_a_release_that_refuses_the_site_is_not_switched_to(tmp_path: Path) -> None:
    """The gateway is not even restarted."""
    life = Life(box_at(tmp_path / "box"), refuses=frozenset({NEW}))
    with pytest.raises(Refused, match="no"):
        install(life, tmp_path, NEW)
    assert (life.box.current, life.restarts) == (OLD, 0)
    assert [each.outcome for each in life.box.record().results] == ["refused"]


def test_one_goes_back_to_what_ran_before(tmp_path: Path) -> None:
    """By the same way: rehearsed, watched; and forth again."""
    life = Life(box_at(tmp_path / "box"))
    install(life, tmp_path, NEW)
    assert life.updates(runs=NEW).back().version == OLD
    assert life.box.current == OLD
    assert life.updates().back(NEW).version == NEW
    with pytest.raises(Refused, match=r"no 9.9 to go back to; on this box: 0.1.0"):
        life.updates(runs=NEW).back("9.9")


def test_a_way_back_that_leads_nowhere_is_not_taken(tmp_path: Path) -> None:
    """What ran before can no longer read the store, or never came to work: the new one runs on."""
    life = Life(box_at(tmp_path / "box"))
    install(life, tmp_path, NEW)
    life.refuses = frozenset({OLD})
    with pytest.raises(Refused):
        life.updates(runs=NEW).back()
    life.refuses, life.sick = frozenset(), frozenset({OLD})
    assert life.updates(runs=NEW).back().outcome == "returned"
    assert life.box.current == life.running == NEW


def test_two_releases_stay(tmp_path: Path) -> None:
    """What runs, and what ran before it; what a package has brought goes with the package."""
    life = Life(box_at(tmp_path / "box"))
    for version in ("0.2.0", "0.3.0", "0.4.0"):
        assert install(life, tmp_path, version).outcome == "kept"
    assert life.box.installed() == [OLD, "0.3.0", "0.4.0"]


def test_of_a_folder_the_newest_that_fits_is_taken(tmp_path: Path) -> None:
    """A stick may hold several, for several kinds of boxes, and other things."""
    stick = tmp_path / "stick"
    for sides in (
        {"version": "0.2.0"},
        {"version": "0.10.0"},
        {"version": "0.9.0"},
        {"version": "0.11.0", "architecture": "arm64"},
    ):
        released(stick, about=about(**sides))
        shutil.rmtree(stick / f"tree-{sides['version']}")
    (stick / "photo.jpg").write_bytes(b"")
    (stick / "broken.release").write_bytes(b"broken")
    life = Life(box_at(tmp_path / "box"))
    assert life.updates().install(stick).version == "0.10.0"
    with pytest.raises(Refused, match="no release"):
        life.updates(runs="0.10.0").install(stick / "broken.release")


def test_an_older_one_when_somebody_here_says_so(tmp_path: Path) -> None:
    """In so many words."""
    life = Life(box_at(tmp_path / "box", NEW))
    release = released(tmp_path, about=about(version=OLD, replaces=OLD))
    with pytest.raises(Refused, match="--allow-older"):
        life.updates(runs=NEW).install(release)
    assert life.updates(runs=NEW).install(release, older=True).version == OLD


def test_one_update_at_a_time(tmp_path: Path) -> None:
    """Who comes second is told so; who counts starts is not kept waiting."""
    life = Life(box_at(tmp_path / "box"))
    with alone(life.box):
        with pytest.raises(Refused, match="another update is under way"):
            install(life, tmp_path, NEW)
        count(life.box, lambda: AT)


def test_where_no_release_runs_none_is_installed(tmp_path: Path) -> None:
    """There would be no way back."""
    life = Life(box_at(tmp_path / "box"))
    (life.box.root / "current").unlink()
    with pytest.raises(Refused, match="the first one is installed by the package"):
        life.updates().install(released(tmp_path))


def test_where_nothing_is_installed_at_all(tmp_path: Path) -> None:
    """Somebody has typed the wrong place: that is said in words."""
    box = Box(tmp_path / "nowhere")
    assert (box.installed(), box.current, box.record()) == ([], "", Record())
    with pytest.raises(Refused, match=r"no release is installed in .*nowhere; --root"):
        Life(box).updates().go_on()


def test_another_release_of_the_same_number_is_not_taken_for_it(tmp_path: Path) -> None:
    """The number alone says nothing; what is there is left as it is."""
    life = Life(box_at(tmp_path / "box"), sick=frozenset({NEW}))
    install(life, tmp_path, NEW)
    other = released(tmp_path / "other", about=about(python="3.11", replaces="0.0.1"))
    with pytest.raises(Refused, match=r"another 0.2.0 is on this box"):
        life.updates().install(other)
    life.sick = frozenset()
    assert life.updates().install(tmp_path / "whistle-0.2.0-amd64.release").outcome == "kept"


def test_something_else_installed_during_a_trial_counts(tmp_path: Path) -> None:
    """A package that somebody installed meanwhile is what they want to run."""
    life = Life(box_at(tmp_path / "box"))
    third = "0.3.0"
    shutil.copytree(life.box.releases / OLD, life.box.releases / third, symlinks=True)

    def installs() -> None:
        life.box.point("current", third)
        count(life.box, lambda: AT)

    life.on_restart = installs
    result = install(life, tmp_path, NEW)
    assert (result.outcome, life.box.current) == ("returned", third)
    assert "something else" in result.reason.en


def test_a_record_that_is_damaged_ends_a_trial(tmp_path: Path) -> None:
    """Nobody knows how often it was started: the one before runs again."""
    life = Life(box_at(tmp_path / "box"))

    def cut_off() -> None:
        raise KeyboardInterrupt

    life.on_restart = cut_off
    with pytest.raises(KeyboardInterrupt):
        install(life, tmp_path, NEW)
    assert life.box.current == NEW
    (life.box.root / RECORD).write_bytes(b"{")
    count(life.box, lambda: AT)
    assert (life.box.current, life.box.before) == (OLD, "")
    assert life.box.record().results[-1].reason.en == "the record of updates is damaged"


def test_a_record_is_read_as_it_was_written() -> None:
    """And says in its text what a person looks for; a result is told under one name."""
    result = Result(version=NEW, before=OLD, outcome="returned", reason=Text("病", "sick"), at=AT)
    record = Record(results=(result,))
    assert decode(encode(record)) == record
    assert b'"outcome": "returned"' in encode(record)
    assert result.origin == "update/0.2.0/2026-06-01T12:00:00+00:00"
