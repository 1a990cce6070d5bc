"""The command line: what it prints, where, and with which exit status."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from cloud_bridge.change import Change, EventRow
from cloud_bridge.journal_file import JournalFile
from edge.__main__ import _wanted, main
from edge.cli.parser import COMMANDS
from edge.model import Lane

SITE = """
site: {id: s, name: {zh: 测试, en: Test}}
gateway: {id: gw, store: var}
links: [{id: fire, driver: gb26875, listen: {port: 15026}}]
devices:
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {zh: 装置, en: Device}
    address: {address: 3}
"""

DUTY_ANSWER = "404005000101 1e140a010713 7b0000000000 010000000000 0400 02 15010900 fb2323"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site file without a mistake."""
    path = tmp_path / "site.yaml"
    path.write_text(SITE, encoding="utf-8")
    return path


def test_check_says_what_it_found(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A sound file: one line, in the language asked for, exit status 0."""
    assert main(["check", str(site)]) == 0
    assert "1 links, 1 devices" in capsys.readouterr().out
    assert main(["--lang", "zh", "check", str(site)]) == 0
    assert "没有错误" in capsys.readouterr().out
    assert main(["check", "--lang", "zh", str(site)]) == 0
    assert "没有错误" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check", "journal list", "simulate"])
def test_a_broken_file_is_told_on_standard_error(
    command: str, site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command that reads a site file, but `run`, ends with its mistakes: exit status 2."""
    site.write_text(SITE.replace("15026", "99999"), encoding="utf-8")
    assert main([*command.split(), str(site)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "site.yaml:4:" in said.err
    assert "Traceback" not in said.err


def test_a_file_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong path is a mistake like any other."""
    assert main(["check", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml" in capsys.readouterr().err


def test_decode_prints_one_object_a_frame(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the command line or line by line; 1 when any frame is not sound."""
    main(["decode", "gb26875", DUTY_ANSWER])
    told = json.loads(capsys.readouterr().out)
    assert (told["serial"], told["source"], told["type"]) == (5, 123, 21)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{DUTY_ANSWER}\n\nzz\n"))
    assert main(["decode", "gb26875", "-"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["serial"] for line in lines] == [5, None]


@pytest.mark.parametrize("which", ["site", "profile"])
def test_schema_is_json(which: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What an editor is pointed at."""
    assert main(["schema", which]) == 0
    assert json.loads(capsys.readouterr().out)["$schema"].startswith("https://")


def test_schema_writes_the_contract(tmp_path: Path) -> None:
    """The contract is a folder of documents."""
    assert main(["schema", "contract", str(tmp_path)]) == 0
    assert (tmp_path / "asyncapi.yaml").exists()


def test_journal_lists_what_was_kept(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The last events, oldest first, with who has not given a receipt."""
    store = site.parent / "var"
    store.mkdir()
    file = JournalFile(store / "journal.db", uplinks=["platform"])
    row = EventRow(
        number=7, at="t", kind="k", lane=Lane.INFO, subject="lift-1", origin="", body=b"{}"
    )
    file.commit([Change(events=[row])])
    file.close()
    assert main(["journal", "list", str(site)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["number"], told["subject"], told["waiting"]) == (7, "lift-1", ["platform"])


def test_journal_of_a_site_that_never_ran(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No journal yet: said so, nothing made."""
    assert main(["journal", "list", str(site)]) == 2
    assert "no journal" in capsys.readouterr().err
    assert not (site.parent / "var").exists()


@pytest.mark.parametrize("words", [["demo", "--seconds", "3"], ["fly"]])
def test_wrong_words(words: list[str]) -> None:
    """What the command line does not know ends with its usage and exit status 2."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2


def test_help_teaches(capsys: pytest.CaptureFixture[str]) -> None:
    """Every command is named with what it does."""
    with pytest.raises(SystemExit):
        main(["--help"])
    said = capsys.readouterr().out
    for command in ("run", "check", "demo", "simulate", "decode", "schema", "journal"):
        assert command in said


@pytest.mark.parametrize("lang", [["--lang", "zh"], ["--lang=zh"]])
@pytest.mark.parametrize("place", range(5))
def test_the_language_anywhere(
    place: int, lang: list[str], site: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Between the words of a command it parts nothing."""
    words = ["rules", "test", str(site), str(site)]
    assert main([*words[:place], *lang, *words[place:]]) == 2
    assert "没有用例" in capsys.readouterr().err


def test_a_command_loads_nothing_of_the_others() -> None:
    """Whatever language is asked for: a gateway that was killed is back sooner."""
    assert list(_wanted(["--lang=zh", "run", "site.yaml"])) == ["run"]
    assert list(_wanted(["run", "site.yaml"])) == ["run"]
    assert not _wanted(["--lang=zh", "--help"])
    assert not _wanted(["fly", "run"])
    assert set(_wanted(["completion", "bash"])) == set(COMMANDS)
