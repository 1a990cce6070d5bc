"""`whistle models verify`: what is wrong with a card is found by trying it, and named."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import cv2
import pytest

from edge.vision.detect.card import Card, FastestDetOutput, Yolov8Output, YoloxOutput
from edge.vision.detect.cards import Laid
from edge.vision.detect.selftest import NONE_GIVEN, tried, verify
from edge.vision.detect.session import Model
from edge.vision.detect.shelf import Shelf, Standing
from edge.vision.detect.trouble import Unusable
from tests.fakes.models import lay_tiny, real_models, squares

MODELS = ("yolox_nano", "fastestdet", "yunet")
EXPECTED = (
    "[{picture: p.png, expect: [{label: car, score: 0.8, box: [0.25, 0.5, 0.5, 0.75]},"
    " {label: person, score: 0.8, box: [0.75, 0, 1, 0.25]}]}]"
)


def tiny(folder: Path, **changes: str) -> Standing:
    """The tiny model with a picture to try it on."""
    lay_tiny(folder, **{"self_test": EXPECTED, **changes})
    picture = squares((1, 2, "blue"), (3, 0, "red"))
    assert cv2.imwrite(str(folder / "p.png"), picture)
    return Shelf([folder]).find("tiny")


def said(standing: Standing) -> list[str]:
    """What is wrong, in English."""
    return [each.en for each in verify(standing)]


def test_a_right_card_passes(tmp_path: Path) -> None:
    """Nothing is wrong."""
    assert said(tiny(tmp_path)) == []


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        (
            {"input": "{width: 32, height: 32, colour: rgb, scale: 0.00392157, fit: stretch}"},
            "the colour order is swapped: write colour: bgr",
        ),
        (
            {"input": "{width: 32, height: 32, colour: bgr, scale: 1, fit: stretch}"},
            "the scale is wrong: write scale: 0.00392157",
        ),
        (
            {"input": "{width: 32, height: 32, colour: rgb, scale: 1, fit: stretch}"},
            "the colour order is swapped: write colour: bgr; the scale is wrong: write scale: 0.0",
        ),
        (
            {"labels": "[blue, red]", "classes": "{blue: car, red: person}"},
            "the model gives 1×8×4×4, but fastestdet reads 1×7×n×n: another decoder, size or",
        ),
        (
            {"input": "{width: 64, height: 64, colour: bgr, scale: 1, fit: stretch}"},
            "tiny.onnx takes 1×3×32×32, its card feeds 1×3×64×64 (nchw, 64×64)",
        ),
    ],
)
def test_the_mistake_is_named(changes: dict[str, str], cause: str, tmp_path: Path) -> None:
    """First of all, with what to write instead; what was found otherwise comes after it."""
    assert said(tiny(tmp_path, **changes))[0].startswith(cause)


def test_labels_in_another_order(tmp_path: Path) -> None:
    """The boxes are where they should be, under other names."""
    wrong = said(tiny(tmp_path, labels="[green, red, blue]"))
    assert wrong == [
        "the labels are in another order: bus where car is expected",
        "p.png: bus where car is expected",
    ]
    gone = said(tiny(tmp_path, labels="[toaster, red, blue]", classes="{red: person, blue: car}"))
    assert gone[0] == "the labels are in another order: toaster where car is expected"
    assert gone[1] == "p.png: no car where one of 0.80 is expected"


def test_what_is_there_besides_is_told(tmp_path: Path) -> None:
    """Missing, otherwise, too many: each is a difference."""
    expect = (
        "[{picture: p.png, expect: [{label: car, score: 0.6, box: [0.25, 0.5, 0.5, 0.75]},"
        " {label: car, score: 1, box: [0, 0, 0.25, 0.25]}]}]"
    )
    assert said(tiny(tmp_path, self_test=expect)) == [
        "p.png: car has 0.80, expected 0.60",
        "p.png: no car where one of 1.00 is expected",
        "p.png: person of 0.80 is not expected",
    ]


def test_without_pictures_nothing_is_said_to_be_right(tmp_path: Path) -> None:
    """No picture, one that is not there, one that is none."""
    assert verify(tiny(tmp_path, self_test="")) == (NONE_GIVEN,)
    standing = tiny(tmp_path)
    for content in (b"", b"no picture"):
        (tmp_path / "p.png").write_bytes(content)
        assert said(standing) == ["the picture p.png cannot be read"]
    (tmp_path / "p.png").unlink()
    assert said(standing) == ["the picture p.png cannot be read"]


def test_another_file_is_told_first(tmp_path: Path) -> None:
    """The hash is looked at before anything is loaded."""
    standing = tiny(tmp_path)
    standing.file.write_bytes(b"\0" * standing.card.bytes)
    [wrong] = verify(standing)
    assert wrong.en.startswith("tiny.onnx is another file: its sha256 is")
    assert wrong.zh.startswith("tiny.onnx 是另一个文件")


@cache
def real(model: str) -> tuple[Standing, Model]:
    """A real model, loaded once."""
    standing = Shelf([real_models()]).find(model)
    return standing, Model.load(standing)


def with_card(model: str, card: Card) -> list[str]:
    """What is wrong when a real model is read by another card."""
    standing, loaded = real(model)
    laid = Laid(card=card, path=standing.laid.path)
    try:
        return [each.en for each in tried(loaded.reading(card), laid)]
    except Unusable as error:
        return [str(error)]


def fed_otherwise(card: Card, **changes: Any) -> Card:
    """The card with another input."""
    return card.model_copy(update={"input": card.input.model_copy(update=changes)})


@pytest.mark.parametrize("model", MODELS)
def test_real_models_pass(model: str) -> None:
    """Each finds what its card says, within a twentieth."""
    standing, _ = real(model)
    assert said(standing) == []


@pytest.mark.parametrize("model", MODELS)
def test_a_wrong_card_of_a_real_model_is_found_out(model: str) -> None:
    """Swapped colours, wrong scale, both, other size and layout: each by its name."""
    card = real(model)[0].card
    own = f"{card.input.scale:.6g}"
    other = 1 / 255 if card.input.scale == 1 else 1.0
    order = "the colour order is swapped: write colour: bgr"
    scale = f"the scale is wrong: write scale: {own}"
    assert with_card(model, fed_otherwise(card, colour="rgb"))[0] == order
    assert with_card(model, fed_otherwise(card, scale=other))[0] == scale
    both = with_card(model, fed_otherwise(card, scale=other, colour="rgb"))
    assert both[0] == f"{order}; {scale}"
    [size] = with_card(model, fed_otherwise(card, width=card.input.width * 2))
    assert "its card feeds" in size
    [layout] = with_card(model, fed_otherwise(card, layout="nhwc"))
    assert "nhwc" in layout


@pytest.mark.parametrize("model", MODELS)
def test_a_wrong_decoder_of_a_real_model_is_found_out(model: str) -> None:
    """Whichever of the others it is."""
    card = real(model)[0].card
    for output in (
        YoloxOutput(decoder="yolox"),
        FastestDetOutput(decoder="fastestdet"),
        Yolov8Output(decoder="yolov8"),
    ):
        if output.decoder != card.output.decoder:
            wrong = with_card(model, card.model_copy(update={"output": output}))
            assert "another decoder" in wrong[0]


@pytest.mark.parametrize("model", ["yolox_nano", "fastestdet"])
def test_wrong_labels_of_a_real_model_are_found_out(model: str) -> None:
    """Shifted by one, in the order of the alphabet, one too few."""
    card = real(model)[0].card
    shifted = (*card.labels[1:], card.labels[0])
    for labels in (shifted, tuple(sorted(card.labels))):
        wrong = with_card(model, card.model_copy(update={"labels": labels}))
        assert wrong[0].startswith("the labels are in another order: ")
    few = with_card(model, card.model_copy(update={"labels": card.labels[:-1]}))
    assert "number of labels?" in few[0]


def test_a_wrong_fit_is_found_out() -> None:
    """Where it matters: a wide picture stretched, or not."""
    for model, own in (("yolox_nano", "letterbox"), ("fastestdet", "stretch")):
        card = real(model)[0].card
        other = "stretch" if own == "letterbox" else "letterbox"
        wrong = with_card(model, fed_otherwise(card, fit=other))
        assert wrong[0] == f"the fit is wrong: write fit: {own}"
