"""YAML text into a tree with places."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.files.yaml_file import MOST_DEPTH, Mark, Tree, parse, path_of


def test_places_of_keys_and_values() -> None:
    """Line and column count from 1; a key and its value have places of their own."""
    document = parse("a:\n  - b: 1\n    c: [x, yy]\n", "f.yaml")
    assert document.tree == {"a": [{"b": 1, "c": ["x", "yy"]}]}
    assert document.mark(("a", 0, "c"), key=True) == Mark("f.yaml", 3, 5)
    assert document.mark(("a", 0, "c", 1)) == Mark("f.yaml", 3, 12)


def test_place_of_what_is_missing() -> None:
    """What is not written has the place of what would hold it."""
    document = parse("a:\n  - b: 1\n", "f.yaml")
    assert document.mark(("a", 0, "x", "y")) == document.mark(("a", 0)) == Mark("f.yaml", 2, 5)
    assert document.at(("a", 7, "x")) is None
    assert document.size(("a",)) == 1
    assert document.size(("a", 0)) == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("010", 10),
        ("0x1F", 31),
        ("-0x10", -16),
        ("1_000", 1000),
        ("1e3", 1000.0),
        ("-2.5", -2.5),
        ("12:30:00", "12:30:00"),
        ("2024-01-31", "2024-01-31"),
        ("~", None),
        ("'5'", "5"),
        ("!!str 5", "5"),
    ],
)
def test_scalars(text: str, value: Tree) -> None:
    """YAML 1.2: `no` is a text, a date is a text, 010 is ten."""
    tree = parse(f"a: {text}", "f.yaml").tree
    assert isinstance(tree, dict)
    assert tree["a"] == value
    assert type(tree["a"]) is type(value)


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a: .nan", 4),
        ("a: -.inf", 4),
        ("a: !secret x", 4),
        ("a: 1" + "0" * 5000, 4),
        ('a: "\\ud800"', 4),
        ("a: {<<: {b: 1}}", 5),
        ("a: {[b]: 1}", 5),
        ("a: {b: 1, b: 2}", 11),
    ],
)
def test_refused_with_its_place(text: str, column: int) -> None:
    """What JSON cannot say, and what would be read silently wrong, is a problem with a place."""
    (problem,) = parse(text, "f.yaml").problems
    assert (problem.line, problem.column) == (1, column)
    assert problem.what.zh != problem.what.en
    assert problem.remedy.zh != problem.remedy.en


def test_brackets_without_end() -> None:
    """Nesting beyond reason is a problem, be it small or large enough to fill the stack."""
    for depth in (MOST_DEPTH + 2, 500):
        document = parse("[" * depth + "]" * depth, "f.yaml")
        assert len(document.problems) == 1


def test_aliases_of_aliases() -> None:
    """Nine levels of nine aliases would be 400 million nodes; they are cut and told once."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    (problem,) = parse("\n".join(lines), "f.yaml").problems
    assert "nested" in problem.what.en


def test_alias_of_itself() -> None:
    """A node that holds itself ends at the greatest depth."""
    (problem,) = parse("a: &a [*a]", "f.yaml").problems
    assert "nested" in problem.what.en


def test_path() -> None:
    """Steps read as a person writes them."""
    assert path_of(("links", 0, "transport", "port")) == "links[0].transport.port"
    assert path_of(()) == ""


_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.text("ab: -'\"中#", max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc"), inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES)
def test_json_is_read_as_it_is(value: Any) -> None:
    """Every JSON document is a YAML document with the same tree."""
    document = parse(json.dumps(value), "f.yaml")
    assert document.problems == ()
    assert document.tree == value


@given(st.text())
def test_never_raises(text: str) -> None:
    """Whatever is in a file: a tree or a problem with both languages, never an exception."""
    document = parse(text, "f.yaml")
    for problem in document.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.remedy.zh
        assert problem.remedy.en
