"""What the documents show a newcomer works as it stands there: files and commands."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from edge.cli.parser import parser_of
from edge.config import load
from edge.profiles import Profiles, shipped
from simulators.community import simulators_of
from simulators.demo.scenario import load_scenario
from tests.source_tree import ROOT, files

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAME = re.compile(r"# ([\w./-]+\.yaml)\n")
INLINE = re.compile(r"`(?:\.venv/bin/)?(whistle [^`]+)`")
TYPED = re.compile(r"^(?:\.venv/bin/)?(whistle [^#\n]+)", re.MULTILINE)
SITE_FILE = ("docs/site-file.md", "docs/site-file.zh-CN.md")
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in files() if path.suffix == ".md")
IN_ONE_LANGUAGE = {
    *("docs/README.md", "docs/contract/README.md"),
    *(f"docs/reference/{each}.md" for each in ("alarms", "api", "devices", "events", "metrics")),
}
"""Those that say everything in both, or are made for programmers."""
IN_TWO_LANGUAGES = [
    (document, chinese)
    for document in DOCUMENTS
    if (chinese := f"{document.removesuffix('.md')}.zh-CN.md") in DOCUMENTS
]


def blocks(document: str, language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return [body for kind, body in BLOCK.findall(text) if kind == language]


def commands(document: str) -> list[str]:
    """Every `whistle …` in running text and in blocks for the shell."""
    text = (ROOT / document).read_text(encoding="utf-8")
    shell = "\n".join(blocks(document, "sh"))
    found = [*INLINE.findall(BLOCK.sub("", text)), *TYPED.findall(shell)]
    return [" ".join(each.split()) for each in found]


def unpack(document: str, folder: Path) -> Path:
    """Write the files that the document shows; a block without a name is part of the site file."""
    parts = []
    for body in blocks(document, "yaml"):
        name = NAME.match(body)
        if name is None:
            parts.append(body)
            continue
        path = folder / name[1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    (table,) = blocks(document, "csv")
    (folder / "fire-1.csv").write_text(table, encoding="utf-8")
    site = folder / "site.yaml"
    site.write_text("\n".join(parts), encoding="utf-8")
    return site


def plain(text: str) -> Any:
    """YAML as plain values."""
    return YAML(typ="safe", pure=True).load(text)


@pytest.mark.parametrize("document", SITE_FILE)
def test_the_site_file_of_the_document_is_sound(document: str, tmp_path: Path) -> None:
    """All its blocks are one file without mistake or warning; its table and its alarms count."""
    found = load(unpack(document, tmp_path), language="en")
    assert found.warnings == ()
    assert {device.kind for device in found.site.devices.values()} == {"lift", "fire_panel"}
    assert found.site.locate("fire-1/1-1-2-1.fire").room == "302"
    alarms = {(each.device, each.name): each.spec for each in found.alarms}
    assert alarms["lift-2", "many_starts"].category == "lift.service"
    assert alarms["lift-1", "power_lost"].on_delay.total_seconds() == 60
    assert alarms["lift-2", "power_lost"].on_delay.total_seconds() == 5
    assert len(found.uplinks) == 1


@pytest.mark.parametrize("document", SITE_FILE)
def test_the_story_of_the_document_fits_its_site(document: str, tmp_path: Path) -> None:
    """Its devices are simulated."""
    there = simulators_of(unpack(document, tmp_path))
    story = load_scenario(str(tmp_path / "story.yaml"), seed=1)
    assert story.steps
    assert {step.device for step in story.steps} <= set(there)


def test_the_profiles_of_the_document_are_sound(tmp_path: Path) -> None:
    """The example of a whole one, and that of a change to a shipped one."""
    whole, change = blocks("firmware_configs/README.md", "yaml")
    name = NAME.match(change)
    assert name is not None
    (tmp_path / "example.yaml").write_text(whole, encoding="utf-8")
    own = tmp_path / name[1].removeprefix("profiles/")
    own.parent.mkdir()
    own.write_text(change, encoding="utf-8")
    profiles = Profiles(tmp_path, shipped())
    assert profiles.get("example").alarms["leakage"].severity == 700
    assert profiles.get("lifts/ba_box").alarms["overspeed"].severity == 900


@pytest.mark.parametrize("document", DOCUMENTS)
def test_commands_in_documents_are_understood(document: str) -> None:
    """Each is one that `whistle` takes, with its options; a name alone is one that it has."""
    for command in commands(document):
        words = shlex.split(command)[1:]
        if len(words) == 1 and words != ["demo"]:
            with pytest.raises(SystemExit, match="0"):
                _parser().parse_args([*words, "--help"])
        else:
            assert callable(_parser().parse_args(words).run), command


@cache
def _parser() -> ArgumentParser:
    return parser_of("en")


def test_commands_are_found() -> None:
    """A pattern that finds none would pass."""
    assert len(commands("README.md")) >= 8
    assert len(commands("docs/site-file.md")) >= 5


def test_what_a_site_reads_is_there_in_both_languages() -> None:
    """Nothing of it is in English alone, nor loses its other half unnoticed."""
    told = {each for pair in IN_TWO_LANGUAGES for each in pair}
    alone = {each for each in DOCUMENTS if each.startswith("docs/")} - told
    assert alone == IN_ONE_LANGUAGE


@pytest.mark.parametrize("pair", IN_TWO_LANGUAGES, ids=lambda pair: pair[0])
def test_both_languages_show_the_same(pair: tuple[str, str]) -> None:
    """The same commands, headings, rows of tables, files; only words and remarks differ."""
    english, chinese = pair

    def shape(document: str) -> list[str]:
        text = BLOCK.sub("", (ROOT / document).read_text(encoding="utf-8"))
        lines = [line for line in text.splitlines() if line.startswith(("#", "|"))]
        return ["#" * (len(line) - len(line.lstrip("#"))) + "|" * line.count("|") for line in lines]

    assert sorted(commands(chinese)) == sorted(commands(english))
    assert shape(chinese) == shape(english)
    for language in ("yaml", "csv"):
        both = zip(blocks(chinese, language), blocks(english, language), strict=True)
        for one, other in both:
            assert (plain(one) == plain(other)) if language == "yaml" else one == other
