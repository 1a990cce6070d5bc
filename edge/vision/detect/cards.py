"""The model cards on disk: those that are shipped, and those that lie beside a site's models."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Final

from edge.errors import ConfigError
from edge.files.problems import Language, Problems, config_error
from edge.files.sections import read
from edge.files.text_file import read_text
from edge.files.yaml_file import Document, parse
from edge.model import Text
from edge.vision.detect.card import FILE_NAME, Card

_FILE: Final = re.compile(FILE_NAME)

MOST_CARDS: Final = 200
"""Of one folder: what lies there beyond it is no collection of models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A card, and the file it was read from: its pictures lie beside it."""

    card: Card
    path: Path


def shipped() -> Path:
    """Where the cards lie that come with the gateway."""
    return Path(str(files("edge.vision"))) / "cards"


def cards(*folders: Path, language: Language = "en") -> Mapping[str, Card]:
    """Every card by its id; one in an earlier folder replaces that of a later or a shipped one.

    A card that is wrong is a `ConfigError` with every mistake in it.
    """
    found: dict[str, Card] = {}
    for path in card_files(*folders):
        if path.stem not in found:
            found[path.stem] = read_card(path, language).card
    return found


def card_files(*folders: Path) -> Iterator[Path]:
    """Every card's file, in the order in which they count; the first of a name is the one."""
    for folder in (*folders, shipped()):
        if folder.is_dir():
            yield from sorted(folder.glob("*.yaml"))[:MOST_CARDS]


def find_card(model: str, folders: Sequence[Path]) -> Path | None:
    """The file of one model's card, or none."""
    for folder in (*folders, shipped()):
        path = folder / f"{model}.yaml"
        if path.is_file():
            return path
    return None


def read_card(path: Path, language: Language = "en") -> Laid:
    """Read one card; `ConfigError` tells every mistake in it at its line."""
    document = parse(read_text(path, path.name, language), path.name)
    problems = Problems(document.problems)
    document = _with_labels(document, path, problems, language)
    card = None if document.tree is None else read(document, (), Card, problems)
    if card is not None and card.id != path.stem:
        what = Text(f"文件名是 {path.stem}", f"the file is named {path.stem}")
        remedy = Text(f"改名为 {card.id}.yaml", f"name it {card.id}.yaml")
        problems.add(document, ("id",), what, remedy)
    if card is None or problems.found:
        raise config_error(problems.found, language)
    return Laid(card=card, path=path)


def beside(card: Path, name: str) -> Path:
    """A file that a card names: beside it, else among the shipped ones."""
    own = card.parent / name
    return own if own.is_file() else shipped() / name


def _with_labels(
    document: Document, path: Path, problems: Problems, language: Language
) -> Document:
    """Return the document with the labels of the file that it names."""
    tree, name = document.tree, document.at(("labels_file",))
    if not isinstance(tree, dict) or not isinstance(name, str) or not _FILE.fullmatch(name):
        return document
    if "labels" in tree:
        what = Text("labels 与 labels_file 写了两处", "labels are here and in a file")
        problems.add(document, ("labels_file",), what, Text("只留一个", "keep one of them"))
        return document
    try:
        text = read_text(beside(path, name), name, language)
    except ConfigError as error:
        remedy = Text("把文件放在卡片旁边", "put the file beside the card")
        problems.add(document, ("labels_file",), error.problems[0].what, remedy)
        return replace(document, tree={**tree, "labels": ["?"], "classes": {}})
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return replace(document, tree={**tree, "labels": [*lines]})


def first_line(error: ConfigError) -> str:
    """What is wrong, in a line."""
    return str(error).partition("\n")[0]
