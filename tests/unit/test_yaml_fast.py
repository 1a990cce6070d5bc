"""Two parsers of one language: what is read fast is what would have been read slowly."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge.files.yaml_fast import compose_fast
from edge.files.yaml_file import parse, parse_nodes
from tests.source_tree import ROOT

SHIPPED = [
    path.relative_to(ROOT).as_posix()
    for folder in ("firmware_configs", "simulators", "tests/cases")
    for path in sorted((ROOT / folder).rglob("*.yaml"))
]
WORDS = (
    *("a", "b: ", "- ", "? ", ": ", "\n", "\n  ", "\n    ", "{", "}", "[", "]", ", ", "#"),
    *(" # c\n", "'", '"', "|\n", ">-\n", "&x ", "*x", "!!str ", "!t ", "~", "null", "yes"),
    *("0x1F", "0o7", "1e3", "1_000", "012", "1:20", ".inf", "2026-10-01", "<<: ", "---\n"),
    *("...\n", "楼", "\u3000", "\\n", "%", "%YAML 1.1\n", "\r"),
)


@pytest.mark.parametrize("path", SHIPPED)
def test_what_is_shipped_is_read_alike(path: str) -> None:
    """The same tree, every key and value at the same place, the same mistakes."""
    text = Path(ROOT / path).read_text(encoding="utf-8")
    assert parse(text, path) == parse_nodes(text, path)[0]


@given(st.lists(st.sampled_from(WORDS), max_size=14).map("".join))
@example("a: {b: [1, 'x', yes, 0o17, ~, \"\\u697c\"]}\nc: &n {d: 1_000}\ne: *n\n")
@example("a: |\n  two\n  lines\nb: >-\n  folded\n\n  text\n")
@example("a:\n- b: 012\n  c: 12:30:45\n- !!str 5\n")
@example("a: 1\na: 2\n")
@example("%YAML 1.1\n---\na: yes\n")
@example("a: &x 1\nb: &x 2\nc: *x\n")
@example("a: 5 %\nb: '%'\nc: %x\n")
def test_whatever_is_written_is_read_alike(text: str) -> None:
    """Sense and nonsense."""
    assert parse(text, "f") == parse_nodes(text, "f")[0]


@pytest.mark.parametrize("text", ["- " * 50_000, "[" * 100_000, "? " * 50_000, "{a: " * 20_000])
def test_what_never_ends_is_no_crash(text: str) -> None:
    """The parser in C has no floor under its stack: nothing is composed there."""
    assert compose_fast(text) is None


@pytest.mark.parametrize("path", [p for p in SHIPPED if not p.startswith("tests/")])
def test_a_file_without_a_mistake_is_read_fast(path: str) -> None:
    """All that is shipped is, with its percents: else all this would be for nothing."""
    assert compose_fast((ROOT / path).read_text(encoding="utf-8")) is not None
