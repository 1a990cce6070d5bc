"""Model cards: those that are shipped, and what is said of one that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.vision.detect.card import Card
from edge.vision.detect.cards import beside, cards, read_card, shipped
from tests.fakes.models import lay_tiny, tiny_card

LARGEST_PICTURE = 40_000


def card_at(folder: Path, **changes: str) -> Path:
    """The tiny model's card, with other lines."""
    path = folder / "tiny.yaml"
    path.write_text(tiny_card(b"model", **changes), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def known() -> dict[str, Card]:
    """The cards that are shipped."""
    return dict(cards())


def test_what_is_shipped(known: dict[str, Card]) -> None:
    """Three models; nobody has to accept a licence; each can be fetched, and can be tried."""
    assert {card.id: (card.task, card.licence) for card in known.values()} == {
        "yolox_nano": ("objects", "Apache-2.0"),
        "fastestdet": ("objects", "BSD-3-Clause"),
        "yunet": ("faces", "Apache-2.0"),
    }
    for card in known.values():
        assert not card.asks_before
        assert card.source
        assert card.limits.zh != card.limits.en
        assert card.self_test
        assert all(each.from_ and each.expect for each in card.self_test)


def test_pictures_are_small(known: dict[str, Card]) -> None:
    """The repository carries a few of them; each is used."""
    used = {each.picture for card in known.values() for each in card.self_test}
    there = {path.name: path.stat().st_size for path in shipped().glob("*.jpg")}
    assert set(there) == used
    assert all(size < LARGEST_PICTURE for size in there.values())


def test_labels_become_the_words_of_zones(known: dict[str, Card]) -> None:
    """COCO's names as zones know them; what no zone asks for is not told at all."""
    card = known["yolox_nano"]
    assert len(card.labels) == 80
    numbered = {label: card.canonical(number) for number, label in enumerate(card.labels)}
    assert numbered["motorbike"] == "motorcycle"
    assert numbered["person"] == "person"
    assert numbered["toothbrush"] == ""
    assert card.canonical(80) == card.canonical(-1) == ""
    assert set(card.classes.values()) >= {"person", "bicycle", "motorcycle", "car", "bus", "truck"}


def test_a_card_in_a_folder_goes_before_the_shipped_one(tmp_path: Path) -> None:
    """A site lowers a threshold; an earlier folder goes before a later one."""
    first, second = tmp_path / "first", tmp_path / "second"
    lay_tiny(first, version="'2'")
    lay_tiny(second, version="'1'")
    yunet = (shipped() / "yunet.yaml").read_text(encoding="utf-8")
    (second / "yunet.yaml").write_text(yunet.replace("n-320", "ours"), encoding="utf-8")
    found = cards(first, second, tmp_path / "none")
    assert found["tiny"].version == "2"
    assert found["yunet"].version == "ours"
    own = second / "yunet.yaml"
    assert beside(own, "portrait.jpg") == shipped() / "portrait.jpg"
    (second / "portrait.jpg").write_bytes(b"own")
    assert beside(own, "portrait.jpg") == second / "portrait.jpg"


@pytest.mark.parametrize(
    ("licence", "asks"),
    [
        ("AGPL-3.0", True),
        ("agpl-3.0-only", True),
        ("GPL-3.0", True),
        ("CC-BY-NC-4.0", True),
        ("MIT", False),
        ("LGPL-2.1", False),
    ],
)
def test_a_licence_that_binds_has_to_be_accepted(
    licence: str, *, asks: bool, tmp_path: Path
) -> None:
    """By its name; a card can ask for it besides, and never take it back."""
    for more, expected in (("", asks), ("true", True), ("false", asks)):
        path = card_at(tmp_path, licence=licence, must_accept=more)
        assert read_card(path).card.asks_before is expected


WRONG = {
    "unknown key": ({"colour": "rgb"}, 15, "there is no key colour here"),
    "misspelt colour": (
        {"input": "{width: 32, height: 32, colour: bgrr, scale: 1, fit: stretch}"},
        9,
        "did you mean bgr?",
    ),
    "unknown decoder": ({"output": "{decoder: yolox9}"}, 10, "did you mean yolox?"),
    "no hash": ({"sha256": "abc"}, 7, "is not written properly"),
    "a path": ({"file": "../tiny.onnx"}, 5, "is not written properly"),
    "no limits": ({"limits": ""}, 1, "limits is missing"),
    "strange class": ({"classes": "{white: car}"}, 1, "white is none of the labels"),
    "threshold of nobody": (
        {"thresholds": "{default: 0.5, classes: {truck: 0.4}}"},
        1,
        "the model tells of no truck",
    ),
    "task and decoder": ({"task": "classify"}, 1, "classify goes with logits"),
    "another name": ({"id": "other"}, 1, "name it other.yaml"),
    "a threshold of two": ({"thresholds": "{default: 2}"}, 13, "write a number from 0 to 1"),
    "labels of a file that is not there": (
        {"labels": "", "labels_file": "none.txt"},
        14,
        "put the file beside the card",
    ),
    "labels twice": ({"labels_file": "coco.txt"}, 15, "keep one of them"),
    "a file URL": ({"source": "file:///etc/passwd"}, 15, "is not written properly"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_card_is_told_at_its_line(name: str, tmp_path: Path) -> None:
    """What is wrong, where, what would be right; as in every file that people write."""
    changes, line, said = WRONG[name]
    with pytest.raises(ConfigError) as error:
        read_card(card_at(tmp_path, **changes))
    assert said in str(error.value)
    assert error.value.problems[0].line == line


def test_every_mistake_at_once_and_in_chinese(tmp_path: Path) -> None:
    """Whoever writes a card mends it in one go."""
    path = card_at(tmp_path, task="seeing", sha256="abc", thresholds="{}")
    with pytest.raises(ConfigError) as error:
        read_card(path, "zh")
    assert [problem.line for problem in error.value.problems] == [4, 7, 13]
    assert "缺少 default" in str(error.value)


def test_no_yaml_at_all(tmp_path: Path) -> None:
    """A broken file is told like any other."""
    path = tmp_path / "tiny.yaml"
    path.write_text("labels: [a\nid: tiny", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"tiny\.yaml:"):
        read_card(path)
