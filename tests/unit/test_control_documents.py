"""What the documents of security and of failures claim: each test that they name is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import chain

import pytest

from edge.profiles import Profiles
from tests.source_tree import ROOT, Module, modules
from tests.unit.test_profile_actions import FILES, profile_id

NAMED = re.compile(r"`((?:[\w-]+/)*test_\w+)::(\w+)`")
"""`unit/test_x::test_y`: the file below `tests`, and the test in it."""

ENGLISH = ("docs/threat-model.md", "docs/controls.md", "docs/what-happens-when.md")
CHINESE = tuple(each.replace(".md", ".zh-CN.md") for each in ENGLISH)
OPEN = re.compile(r"\*\*not held\*\*|\*\*partly held\*\*|not shown|not done|not applicable|partly")
OPEN_ZH = re.compile(r"\*\*没有防住\*\*|\*\*部分防住\*\*|没有证明|未做|不适用|部分")
SHOWN_BY = ("shown by", "证明")
CONTROLS = 15


def text_of(document: str) -> str:
    """What a document says."""
    return (ROOT / document).read_text(encoding="utf-8")


def rows(text: str) -> Iterator[Sequence[str]]:
    """Each row of the tables whose last column names tests, cell by cell."""
    wanted = False
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not line.startswith("|"):
            wanted = False
        elif cells[-1] in SHOWN_BY:
            wanted = True
        elif wanted and set(line) - set("|-: "):
            yield cells


def missing(text: str) -> list[str]:
    """Names in a text of which there is no such test."""
    tests = {module.path.removeprefix("tests/").removesuffix(".py"): module for module in _tests()}
    return [
        f"{file}::{name}"
        for file, name in NAMED.findall(text)
        if name not in (_named(tests[file]) if file in tests else ())
    ]


def _tests() -> tuple[Module, ...]:
    return modules("tests")


def _named(module: Module) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = chain(module.tree.body)
    return {each.name for each in nodes if isinstance(each, kinds) and each.name[:5] == "test_"}


@pytest.mark.parametrize("document", [*ENGLISH, *CHINESE])
def test_every_test_that_is_named_exists(document: str) -> None:
    """A document that names a test that is gone claims what nothing holds."""
    text = text_of(document)
    assert len(NAMED.findall(text)) > 50
    assert missing(text) == []
    assert text.count("::test_") == len(NAMED.findall(text)), "one is written in another way"


@pytest.mark.parametrize("document", [*ENGLISH, *CHINESE])
def test_every_row_is_shown_or_says_that_it_is_not(document: str) -> None:
    """What nothing shows must not look as if something did."""
    is_open = OPEN_ZH if "zh" in document else OPEN
    found = list(rows(text_of(document)))
    assert len(found) > 30
    bare = [
        row[:2] for row in found if not (NAMED.search(row[-1]) or is_open.search(" ".join(row)))
    ]
    assert bare == []


@pytest.mark.parametrize("pair", list(zip(ENGLISH, CHINESE, strict=True)), ids=lambda pair: pair[0])
def test_both_languages_name_the_same_tests(pair: tuple[str, str]) -> None:
    """Row by row: whoever reads Chinese is promised the same."""
    english, chinese = (
        [NAMED.findall(row[-1]) for row in rows(text_of(document))] for document in pair
    )
    assert chinese == english


@pytest.mark.parametrize("document", [ENGLISH[1], CHINESE[1]])
def test_every_control_is_there(document: str) -> None:
    """From the first to the last, in their order."""
    numbers = [int(row[0]) for row in rows(text_of(document))]
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, CONTROLS + 1))


@pytest.mark.parametrize("document", [ENGLISH[-1], CHINESE[-1]])
def test_each_action_of_a_profile_is_written_down(document: str) -> None:
    """What moves something is told with what becomes of it when the gateway dies."""
    profiles = Profiles()
    moves = {
        name
        for path in FILES
        for name, action in profiles.get(profile_id(path)).all_actions.items()
        if action.effect != "reads"
    }
    assert {"open", "release", "lock", "close"} <= moves
    assert [name for name in sorted(moves) if f"`{name}`" not in text_of(document)] == []


@pytest.mark.parametrize(
    "name",
    [
        "`unit/test_control_documents::test_that_nobody_wrote`",
        "`unit/test_no_such_file::test_every_test_that_is_named_exists`",
        "`integration/test_control_documents::test_every_test_that_is_named_exists`",
        "`unit/test_control_documents::missing`",
    ],
)
def test_a_name_of_no_test_is_found(name: str) -> None:
    """A check that finds none would pass."""
    good = "`unit/test_control_documents::test_a_name_of_no_test_is_found`"
    assert missing(f"{good}, {name}") == [name.strip("`")]
