"""`whistle update` as it is typed: what it does, what it says, what it leaves alone."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from edge.__main__ import main
from edge.cli import update_box, update_setting
from edge.update.service import here
from tests.fakes.releases import NEW, OLD, box_at, lay_out
from tests.fakes.small_site import lay_out as lay_out_site

pytestmark = pytest.mark.integration

ALARM = {"lane": "life_safety", "active": True, "key": "fire-1/1.fire"}


class Typed:
    """A box, and commands that are typed on it; `answers` is what its gateway answers."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.box = box_at(folder / "opt")
        lay_out_site(folder)
        self.answers: dict[str, tuple[int, Any]] = {"/readyz": (200, {})}
        monkeypatch.setattr(update_setting, "look", self._look)

    def release(self, version: str = NEW, program: str = "exit 0") -> Path:
        """Make one, with a program that says in a rehearsal what it is to say."""
        tree = self.folder / f"tree-{version}"
        lay_out(tree, version)
        (tree / "bin" / "whistle").write_text(f"#!/bin/sh\n{program}\n")
        machine = here(version, {}).architecture
        (tree / "RELEASE").write_text(f"whistle {version} {machine} 0123\n")
        key = self.folder / "vendor.pem"
        if not key.exists():
            assert main(["command", "keygen", str(key)]) == 0
        words = [str(tree), "--key", str(key), "--made", "2026-06-01", "--out", str(self.folder)]
        assert main(["update", "make", *words]) == 0
        shutil.rmtree(tree)
        return self.folder / f"whistle-{version}-{machine}.release"

    def trust(self, public: str) -> None:
        """Put the public half where the box looks for it."""
        (self.folder / "keys").mkdir()
        (self.folder / "keys" / "vendor.pub").write_text(public)

    def type(self, *words: str | Path) -> int:
        """Type a command; its exit status."""
        given = [
            *("--lang=en", "update", *map(str, words)),
            *("--root", str(self.box.root), "--site", str(self.folder / "site.yaml")),
            *("--keys", str(self.folder / "keys"), "--restart", "true", "--steady", "1ms"),
        ]
        return main(given)

    def _look(self, _: Path, path: str, _seconds: float) -> tuple[int, Any]:
        for known, answer in self.answers.items():
            if path.startswith(known):
                return answer
        raise OSError("nobody")


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """A box."""
    return Typed(tmp_path, monkeypatch)


def test_from_a_key_to_a_release_that_runs_and_back(
    typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the document has it: made, brought, installed, looked at, gone back from."""
    release = typed.release()
    typed.trust(capsys.readouterr().out.splitlines()[0])
    assert typed.type("install", release) == 0
    said = capsys.readouterr()
    assert said.err.splitlines() == [
        f"copying {release.name} …",
        "verifying signature and content …",
        "unpacking 0.2.0 …",
        "rehearsing 0.2.0 …",
        "switching to 0.2.0 …",
    ]
    assert said.out.endswith("0.2.0  kept: it serves\n")
    assert typed.type("list") == 0
    assert capsys.readouterr().out == "0.1.0\n0.2.0  runs\n"
    typed.box.releases.joinpath(OLD, "bin", "whistle").write_text("#!/bin/sh\nexit 0\n")
    assert typed.type("back") == 0
    assert typed.type("status") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "runs" in line] == ["0.1.0 runs"]
    assert len([line for line in lines if "kept: it serves" in line]) == 3


def test_why_a_release_does_not_take_the_box_is_said(
    typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the words of the release itself."""
    release = typed.release(program="echo site.yaml:3: no such driver >&2; exit 2")
    typed.trust(capsys.readouterr().out.splitlines()[0])
    assert typed.type("install", release) == 2
    assert "the release does not take this box: site.yaml:3: no such driver" in (
        capsys.readouterr().err
    )
    assert typed.box.current == OLD


def test_no_update_while_an_alarm_of_life_and_limb_is_on(
    typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unless somebody who stands before the box says so."""
    release = typed.release()
    typed.trust(capsys.readouterr().out.splitlines()[0])
    typed.answers["/api/v1/alarms"] = (200, {"items": [ALARM | {"active": False}, ALARM]})
    assert typed.type("install", release) == 2
    assert "fire-1/1.fire: no update now; --during-alarm does it" in capsys.readouterr().err
    assert typed.type("install", release, "--during-alarm") == 0
    assert typed.box.current == NEW


def test_what_lies_in_the_folder_is_taken_when_the_alarm_is_over(
    typed: Typed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once: it is removed whether it was taken or not, and what is no release too."""
    release = typed.release()
    typed.trust(capsys.readouterr().out.splitlines()[0])
    inbox = typed.folder / "var" / "update"
    inbox.mkdir(parents=True)
    release.rename(inbox / release.name)
    (inbox / "evil.release").symlink_to("/etc/passwd")
    typed.answers["/api/v1/alarms"] = (200, {"items": [ALARM]})
    waited = []

    def over(seconds: float) -> None:
        waited.append(seconds)
        typed.answers.pop("/api/v1/alarms", None)

    monkeypatch.setattr("time.sleep", over)
    assert typed.type("take") == 0
    assert waited[0] == update_box.LOOK_S
    assert typed.box.current == NEW
    assert list(inbox.iterdir()) == []
    assert Path("/etc/passwd").exists()
    assert typed.type("take") == 0, "and nothing to do"


def test_what_the_gateway_takes_back_meanwhile_is_not_missed(
    typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was begun with is brought to its end: it was copied before."""
    inbox = typed.folder / "var" / "update"
    inbox.mkdir(parents=True)
    gone = f"mv {inbox}/offer-3.release {inbox}/offer-3.part"
    typed.release(program=gone).rename(inbox / "offer-3.release")
    typed.trust(capsys.readouterr().out.splitlines()[0])
    assert typed.type("take") == 0
    assert typed.box.current == NEW
    assert [each.name for each in inbox.iterdir()] == ["offer-3.part"]


def test_a_start_is_counted_whatever_the_site_file_says(typed: Typed) -> None:
    """The way back must not depend on a file that the page may have spoilt."""
    (typed.folder / "site.yaml").unlink()
    typed.box.point("before", OLD)
    assert typed.type("count") == 0
    assert typed.box.before == ""
