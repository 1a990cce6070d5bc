"""Random changes to a good site: it is loaded or refused, and nothing else."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge.config import load
from edge.errors import ConfigError
from edge.files.problems import MOST_LINES
from edge.files.yaml_file import parse
from edge.profiles import Profiles, shipped

GOOD = Path(__file__).parent.parent / "cases" / "good"

SCALARS = [None, True, 0, -1, 70000, 1e300, 10**30, "", "x", "Lift 3", "5 minutes", "\0", "{place"]
SECTIONS = [[], {}, [[]], {"": 1}, {"type": "tcp"}, {"kind": "lift"}, ["lift-3", "lift-3"]]
ODD: st.SearchStrategy[Any] = st.sampled_from([*SCALARS, *SECTIONS, "a" * 500])


@cache
def _profiles() -> Profiles:
    return Profiles(GOOD / "profiles", shipped())


def _try(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    refused: ConfigError | None = None
    try:
        load(path, profiles=_profiles())
    except ConfigError as error:
        refused = error
    if refused is not None:
        lines = str(refused).splitlines()
        assert 1 <= len(lines) <= MOST_LINES + 1
        assert refused.problems
        assert all(" → " in line for line in lines[:MOST_LINES])


def _changed(path: Path, data: st.DataObject) -> str:
    """The file's tree with some values replaced, taken out, doubled or renamed, as JSON."""
    tree: Any = parse(path.read_text("utf-8"), "").tree
    for _ in range(data.draw(st.integers(1, 3))):
        nodes = _nodes(tree)
        container, key = nodes[data.draw(st.integers(0, len(nodes) - 1))]
        match data.draw(st.sampled_from(["replace", "remove", "double", "rename"])):
            case "replace":
                container[key] = deepcopy(data.draw(ODD))
            case "remove":
                del container[key]
            case "double" if isinstance(container, list):
                container.append(container[key])
            case _ if isinstance(container, dict):
                container[f"{key}x"] = container.pop(key)
            case _:
                container[key] = [container[key]]
    return json.dumps(tree)


def _nodes(tree: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a tree."""
    steps = (
        list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else []
    )
    return [(tree, step) for step in steps] + [
        pair for step in steps for pair in _nodes(tree[step])
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=st.data())
def test_changed_nodes(tmp_path: Path, data: st.DataObject) -> None:
    """Values replaced, taken out and doubled anywhere in the tree."""
    _try(tmp_path / "site.yaml", _changed(GOOD / "site.yaml", data))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=st.data())
def test_changed_text(tmp_path: Path, data: st.DataObject) -> None:
    """Characters inserted and cut out anywhere in the text."""
    text = (GOOD / "site.yaml").read_text(encoding="utf-8")
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        length = data.draw(st.sampled_from([0, 0, 1, 2, 7, 40]))
        put = data.draw(
            st.sampled_from(["", "\t", ":", "  ", "\n", "{", "]", '"', "&a ", "*a", "é"])
        )
        text = text[:start] + put + text[start + length :]
    _try(tmp_path / "site.yaml", text)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=st.data())
def test_changed_profile(tmp_path: Path, data: st.DataObject) -> None:
    """A profile, too, is made or refused with a message, whatever stands in it."""
    text = _changed(GOOD / "profiles" / "sensors" / "box.yaml", data)
    (tmp_path / "box.yaml").write_text(text, encoding="utf-8")
    refused: ConfigError | None = None
    try:
        Profiles(tmp_path).get("box")
    except ConfigError as error:
        refused = error
    if refused is not None:
        assert refused.problems
        assert all(problem.remedy.zh for problem in refused.problems)
