"""Broken files and the message that each of them gets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from edge.config import load
from edge.errors import ConfigError
from edge.files.problems import MOST_LINES, Language, screen
from edge.profiles import Profiles

CASES = Path(__file__).parent.parent / "cases" / "broken"
FOLDERS = sorted(path for path in CASES.iterdir() if path.is_dir())
LINE = re.compile(r"^[\w./-]+:[1-9]\d*:[1-9]\d*  .+ → .+$")
MORE = re.compile(r"^… (另有 \d+ 处|and \d+ more)$")


@pytest.fixture(scope="module")
def shipped() -> Profiles:
    """The shipped profiles, read once for all cases."""
    return Profiles()


def _refusal(folder: Path, shipped: Profiles, language: Language) -> ConfigError:
    own = (folder / "profiles").is_dir()
    with pytest.raises(ConfigError) as caught:
        load(folder / "site.yaml", language=language, profiles=None if own else shipped)
    return caught.value


def test_there_are_enough_cases() -> None:
    """The cases are found; an empty folder would pass every other test here."""
    assert len(FOLDERS) >= 30


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_message(folder: Path, shipped: Profiles) -> None:
    """The whole message, in both languages: file, line, column, mistake and remedy; no echo."""
    error = _refusal(folder, shipped, "en")
    english = (folder / "message.en.txt").read_text(encoding="utf-8").rstrip("\n")
    chinese = (folder / "message.zh.txt").read_text(encoding="utf-8").rstrip("\n")
    assert str(error) == english
    assert screen(error.problems, "zh") == chinese


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_message_is_fit_for_a_screen(folder: Path) -> None:
    """Each expected message names a place and a remedy, fits one screen, hides the machinery."""
    for language in ("zh", "en"):
        message = (folder / f"message.{language}.txt").read_text(encoding="utf-8")
        lines = message.splitlines()
        assert 1 <= len(lines) <= MOST_LINES + 1
        assert all(LINE.match(line) for line in lines[:MOST_LINES])
        assert all(MORE.match(line) for line in lines[MOST_LINES:])
        assert not re.search(r"Traceback|pydantic|ValidationError|hunter2", message)
        assert bool(re.search(r"[\u4e00-\u9fff]", message.partition("→")[2])) == (language == "zh")


def test_the_language_is_the_sites_own(tmp_path: Path) -> None:
    """Without being asked for a language the message comes in that of the site file."""
    for language, word in (("zh", "缺少"), ("en", "is missing")):
        path = tmp_path / f"{language}.yaml"
        path.write_text(f"site: {{id: a, language: {language}}}\n", encoding="utf-8")
        with pytest.raises(ConfigError, match=word):
            load(path)


def test_a_problem_knows_its_place() -> None:
    """Beside the text the error carries file, line, column and path of each mistake."""
    folder = CASES / "port_out_of_range"
    with pytest.raises(ConfigError) as caught:
        load(folder / "site.yaml", language="en")
    problem = caught.value.problems[0]
    assert (problem.file, problem.line, problem.column) == ("site.yaml", 17, 52)
    assert problem.where == "links[0].transport.port"


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b"site: \xe6\xb1"], ids=["utf16", "cut"])
def test_a_file_that_is_not_text(tmp_path: Path, body: bytes) -> None:
    """A file in another encoding is refused with its line and the remedy."""
    path = tmp_path / "site.yaml"
    path.write_bytes(body)
    with pytest.raises(ConfigError, match=r"site\.yaml:1:\d+  this is not UTF-8 → save"):
        load(path, language="en")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A wrong path is said so, without a line."""
    with pytest.raises(ConfigError, match=r"^none\.yaml  there is no such file → "):
        load(tmp_path / "none.yaml", language="en")
    with pytest.raises(ConfigError, match="this is a folder"):
        load(tmp_path, language="en")


def test_a_file_without_end(tmp_path: Path) -> None:
    """A file that nobody wrote by hand is refused before it fills the memory."""
    path = tmp_path / "site.yaml"
    path.write_text("# " + "x" * (3 * 1024 * 1024), encoding="utf-8")
    with pytest.raises(ConfigError, match="too large"):
        load(path, language="en")
