"""What the pages are made of: what is not ours as published, ours without what is refused."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from edge.api.ui.bundle import STATIC, TEMPLATES

STATICS = Path(__file__).parents[2] / "edge" / "api" / "ui" / "static"
VENDOR = STATICS / "vendor"
OURS = sorted(path for path in STATICS.glob("*.*") if path.suffix in {".css", ".js"})
THEMED = ("--ground", "--paper", "--ink", "--soft", "--life", "--security", "--fault", "--info")


def vendored() -> dict[str, list[str]]:
    """What `versions.txt` says of each file."""
    lines = (VENDOR / "versions.txt").read_text(encoding="utf-8").splitlines()
    return {name: rest for name, *rest in (line.split() for line in lines if line[0] != "#")}


def test_what_is_not_ours_is_as_it_was_published() -> None:
    """Named with its version, unchanged, and with its licence beside it."""
    known = vendored()
    assert {path.name for path in VENDOR.iterdir() if path.suffix in {".js", ".css"}} == set(known)
    for name, (_, _, _, digest) in known.items():
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name
        assert (VENDOR / f"{name.partition('-')[0]}-LICENSE.txt").is_file(), name


def test_an_address_changes_with_its_content() -> None:
    """A browser that keeps it for a year never shows an old one."""
    for name, file in STATIC.items():
        mark = hashlib.sha256(file.body).hexdigest()[:10]
        stem, _, ending = name.rpartition(".")
        assert file.hashed == f"{stem}.{mark}.{ending}"
        assert not file.squeezed or gzip.decompress(file.squeezed) == file.body


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_file_that_a_template_names_is_there(name: str) -> None:
    """A slip in a name is found here, not when the page is shown."""
    for file in re.findall(r"static\('([^']+)'\)", TEMPLATES[name]):
        assert file in STATIC, file


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_every_icon_that_a_template_names_is_drawn(name: str) -> None:
    """An icon that is missing is an empty square, and its meaning is lost."""
    drawn = set(re.findall(r'<symbol id="([^"]+)"', STATIC["icons.svg"].body.decode()))
    named = re.findall(r"icon(?:=|\()'([\w-]+)'", TEMPLATES[name])
    named += re.findall(r"icons\.svg'\) \}\}#([\w-]+)\"", TEMPLATES[name])
    assert [icon for icon in named if icon not in drawn] == []


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_nothing_of_ours_needs_what_the_browser_refuses(path: Path) -> None:
    """No code from text, no address elsewhere, no style attribute that the policy would drop."""
    text = path.read_text(encoding="utf-8")
    for refused in (
        r"\beval\(",
        r"new Function",
        r"https?://",
        r"setAttribute\(\"style\"",
        r"@import",
    ):
        assert not re.search(refused, text), refused


@pytest.mark.parametrize("path", [p for p in OURS if p.suffix == ".css"], ids=lambda p: p.name)
def test_colours_come_from_the_theme(path: Path) -> None:
    """A colour that is written elsewhere is wrong in the other theme."""
    text = path.read_text(encoding="utf-8")
    body = text.partition("/* ── Ground ── */")[2] if path.name == "whistle.css" else text
    assert re.findall(r"(?<![\w&-])#[0-9a-fA-F]{3,8}\b", body) == []


def test_both_themes_define_the_same_colours() -> None:
    """By the system's wish and by the person's, dark is the same dark."""
    head = STATIC["whistle.css"].body.decode().partition("/* ── Ground ── */")[0]
    blocks = [dict(re.findall(r"(--[\w-]+): ([^;]+);", block)) for block in head.split("{")[1:]]
    light, chosen, system = (block for block in blocks if block)
    assert chosen == system
    assert set(light) == set(chosen)
    assert set(THEMED) <= set(light)
    assert all(light[name] != chosen[name] for name in THEMED)
