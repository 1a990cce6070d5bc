"""What lies in the repository beside code: folders, data, texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.source_tree import ROOT, files

DRIVERS = sorted(path.parent for path in ROOT.glob("edge/drivers/*/__init__.py"))
DRIVER_FILES = ("link.py", "codec.py", "README.md", "sample.yaml", "quality.yaml")
PROFILES = sorted(ROOT.glob("firmware_configs/*/*.yaml"))

# What each driver is measured by; CONTRIBUTING.md explains them.
QUALITY_RULES = {
    "golden_frames",
    "fuzzed",
    "fault_tests",
    "simulator",
    "integration_test",
    "counterpart",
    "ack_after_kept",
    "bounded_lengths",
    "no_retry",
    "one_bad_device",
    "commands_confirmed",
    "sample_loads",
    "bilingual",
    "traced",
}

FORBIDDEN = {
    "a path of somebody's machine": r"(?<![\w.])/(work|root|home)/(?!\$)\w",
    "a registry's host": r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)",
    "a link or an index in a lock": r"--(extra-)?index-url|--find-links|^file://",
    "a tracker's number": r"(?i)\b(issue|fix(es|ed)?|closes|see|PR|pull request) #\d",
    "a document that is not here": r"\b(HOUSE|PEERS|PROTOCOLS|RELIABILITY|SPEED|STYLE|VISION)\.md",
    "how it was written": r"(?i)\b(claude|anthropic|openai|chatgpt|copilot)\b",
    "work that was left": r"\b(TODO|FIXME|XXX|HACK)\b",
}

NAMED_PATH = re.compile(
    r"`((?:edge|cloud_bridge|simulators|firmware_configs|docs|tests|docker)/[\w./-]+)`"
)


def load(path: Path) -> Any:
    """The YAML file as plain values."""
    return YAML(typ="safe", pure=True).load(path.read_text())


def texts(tree: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Every mapping that has words in one of the two languages."""
    if isinstance(tree, dict):
        if {"zh", "en"} & set(tree):
            yield where, tree
        for key, value in tree.items():
            yield from texts(value, f"{where}.{key}")
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from texts(value, f"{where}[{number}]")


def named(path: Path) -> str:
    """The path as a test's name."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("folder", DRIVERS, ids=named)
def test_a_driver_has_the_same_files_as_the_others(folder: Path) -> None:
    """Who knows one driver finds their way in each."""
    assert [name for name in DRIVER_FILES if not (folder / name).is_file()] == []


@pytest.mark.parametrize("folder", DRIVERS, ids=named)
def test_a_driver_is_measured_by_every_rule(folder: Path) -> None:
    """Each rule is `done`, or exempt with a reason; none is forgotten or made up."""
    rules = load(folder / "quality.yaml")["rules"]
    assert set(rules) == QUALITY_RULES
    for name, state in rules.items():
        reason = state.get("exempt") if isinstance(state, dict) else None
        assert state == "done" or (reason and set(state) == {"exempt"}), name


@pytest.mark.parametrize("path", PROFILES, ids=named)
def test_a_profile_speaks_both_languages(path: Path) -> None:
    """A word that is missing in one language is missing on somebody's screen."""
    found = list(texts(load(path)))
    assert found
    assert [where for where, text in found if not (text.get("zh") and text.get("en"))] == []


def test_nothing_forbidden_is_written_anywhere() -> None:
    """The repository speaks of the product, on any machine and for any reader."""
    found = []
    for path in files():
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            found += [
                f"{named(path)}:{number}: {what}: {line.strip()[:80]}"
                for what, pattern in FORBIDDEN.items()
                if re.search(pattern, line)
            ]
    assert not found, "\n" + "\n".join(found)


def test_documents_name_files_that_exist() -> None:
    """Where a document says that something is in a file, the file is there."""
    gone = [
        f"{named(path)}: {target}"
        for path in files()
        if path.suffix == ".md" and path.name != "CHANGELOG.md"
        for target in NAMED_PATH.findall(path.read_text())
        if not (ROOT / target).exists()
    ]
    assert not gone, "\n" + "\n".join(gone)


def test_locks_pin_every_package_by_hash() -> None:
    """Each requirement has one version and at least one hash, and nothing else stands there."""
    for path in sorted(ROOT.glob("requirements/*.txt")):
        joined = path.read_text().replace("\\\n", " ")
        for line in joined.splitlines():
            assert re.match(
                r"^[a-z0-9.-]+==\S+( ;[^#]+)?(\s+--hash=sha256:[0-9a-f]{64})+$", line
            ), line


def test_the_lock_of_the_product_is_part_of_the_lock_of_its_checks() -> None:
    """What is tested is what runs: the same versions in both."""
    run, dev = (
        set(re.findall(r"^\S+==\S+", (ROOT / f"requirements/{name}.txt").read_text(), re.MULTILINE))
        for name in ("run", "dev")
    )
    assert run <= dev
