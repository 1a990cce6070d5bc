"""The values in a JSON text with the bytes that they stand in."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from edge.json_leaves import DEEPEST, MOST_LEAVES, leaves

TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=6).filter(lambda key: "." not in key), inner, max_size=4)
    ),
    max_leaves=30,
)


def test_a_message_with_everything_in_it() -> None:
    """Paths from the outside inwards, places counted in bytes, not in letters."""
    body = '{"名": "烟", "a": [1, {"b": true}], "c": null, "e": "\\u70df"}'.encode()
    found = [(leaf.path, leaf.text, body[leaf.start : leaf.end]) for leaf in leaves(body)]
    assert found == [
        ("名", "烟", '"烟"'.encode()),
        ("a.0", "1", b"1"),
        ("a.1.b", "true", b"true"),
        ("c", "null", b"null"),
        ("e", "烟", b'"\\u70df"'),
    ]


def test_a_text_that_is_cut_off_is_told_as_far_as_it_goes() -> None:
    """What is behind the last whole value stands there as it is, without a path."""
    found = [(leaf.path, leaf.text) for leaf in leaves(b'{"a": 1, "b": "cut')]
    assert found == [("a", "1"), ("", ', "b": "cut')]
    assert [(leaf.path, leaf.text) for leaf in leaves(b"\xff\xd8")] == [("", "\ufffd\ufffd")]


def test_bounds() -> None:
    """So many values, so deep; the rest stands there as it is."""
    many = list(leaves(json.dumps(list(range(1000))).encode()))
    assert len(many) == MOST_LEAVES + 1
    assert many[-1].path == ""
    deep = list(leaves(b"[" * 1000))
    assert len(deep) == 1
    nested = list(leaves(b"[" * (DEEPEST + 3) + b"]" * (DEEPEST + 3)))
    assert len(nested) == 1


@given(tree=TREES)
def test_every_value_is_found_where_it_stands(tree: Any) -> None:
    """What stands in the bytes that a leaf names is its value, and no value is left out."""
    body = json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")
    found = list(leaves(body))
    for leaf in found:
        assert leaf.path
        assert json.loads(body[leaf.start : leaf.end].decode("utf-8", "replace")) == leaf.value
    assert len(found) == _count(tree)


@given(body=st.binary(max_size=200))
def test_anything_at_all(body: bytes) -> None:
    """Never raises; every leaf lies within the bytes."""
    assert all(0 <= leaf.start <= leaf.end <= len(body) for leaf in leaves(body))


def _count(tree: Any) -> int:
    if isinstance(tree, dict):
        return sum(_count(each) for each in tree.values())
    return sum(_count(each) for each in tree) if isinstance(tree, list) else 1
