"""The documents hang together: every link leads somewhere, every document can be found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.source_tree import ROOT, files

DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in files() if path.suffix == ".md")
FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)")
IMAGE = re.compile(r'(?:src|href)="(?!https?:)([^"#]+)"')
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)
LARGEST_PICTURE = 120_000
NO_PART_OF_A_NAME = re.compile(r"[^\w\- ]")


def prose(document: str) -> str:
    """A document without its blocks of code: what looks like a link there is none."""
    return FENCED.sub("", (ROOT / document).read_text(encoding="utf-8"))


def anchors(document: str) -> set[str]:
    """The names of its headings, as a page of a repository gives them."""
    found: list[str] = []
    for heading in HEADING.findall(prose(document)):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
        name = NO_PART_OF_A_NAME.sub("", plain).replace(" ", "-")
        found.append(name if name not in found else f"{name}-{found.count(name)}")
    return set(found)


def targets(document: str) -> list[tuple[str, str]]:
    """What a document links to: the file, seen from the root, and the heading in it."""
    folder = (ROOT / document).parent
    found = []
    text = prose(document)
    for path, anchor in [*LINK.findall(text), *((each, "") for each in IMAGE.findall(text))]:
        target = (folder / path).resolve() if path else ROOT / document
        inside = target.is_relative_to(ROOT)
        found.append((target.relative_to(ROOT).as_posix() if inside else str(target), anchor))
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    """The file is there, and so is the heading that is named in it."""
    dead = []
    for path, anchor in targets(document):
        if not (ROOT / path).exists():
            dead.append(path)
        elif anchor and anchor not in anchors(path):
            dead.append(f"{path}#{anchor}")
    assert not dead


def test_links_and_headings_are_found() -> None:
    """Patterns that find none would pass."""
    assert len(targets("docs/README.md")) > 20
    assert "when-a-fire-is-confirmed" in anchors("docs/fire.md")


def test_every_document_can_be_found_from_the_first() -> None:
    """Whoever begins at docs/README.md comes to each document below docs/, link by link."""
    seen: set[str] = set()
    ahead = ["docs/README.md"]
    while ahead:
        document = ahead.pop()
        if document in seen:
            continue
        seen.add(document)
        for path, _ in targets(document):
            page = path if Path(path).suffix else f"{path}/README.md"
            if page.startswith("docs/") and page in DOCUMENTS:
                ahead.append(page)
    orphans = [each for each in DOCUMENTS if each.startswith("docs/") and each not in seen]
    assert not orphans, "link these from docs/README.md"


def test_pictures_are_shown_and_small() -> None:
    """Each is in a document, and none keeps anybody on a mobile link waiting."""
    shown = {path for document in DOCUMENTS for path, _ in targets(document)}
    pictures = sorted((ROOT / "docs" / "pictures").iterdir())
    assert len(pictures) > 10
    for picture in pictures:
        assert picture.relative_to(ROOT).as_posix() in shown
        assert picture.stat().st_size < LARGEST_PICTURE, picture.name
