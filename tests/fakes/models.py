"""Real models, and a tiny one that is made on the spot: it finds bright squares by pooling."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from edge.vision.detect.card import Card
from edge.vision.pictures import Image
from tests.source_tree import ROOT

SIDE: Final = 32
BRIGHT: Final = 204
"""Of the squares: four fifths, so the scores are 0.8; at another scale they are not."""

CELL: Final = 8
"""Pixels of the squares that the tiny model tells apart, in its picture of 32 × 32."""


def find_models() -> Path | None:
    """The folder of the real models, or none."""
    named = os.environ.get("WHISTLE_TEST_MODELS")
    folder = Path(named) if named else ROOT.parent / "shared" / "design" / "models"
    return folder if (folder / "yunet_n_320.onnx").is_file() else None


def real_models() -> Path:
    """The folder of the real models; skips without it, and fails without it where `CI=true`."""
    folder = find_models()
    if folder is not None:
        return folder
    message = "the models are not here: set WHISTLE_TEST_MODELS to their folder"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def tiny_onnx() -> bytes:
    """A detector in the manner of FastestDet: each cell of 4 × 4 has a box of its own size.

    That something is there is its brightest channel; the labels are blue, red and green.
    """
    graph = helper.make_graph(
        [
            helper.make_node(
                "AveragePool",
                ["picture"],
                ["cells"],
                kernel_shape=[CELL, CELL],
                strides=[CELL, CELL],
            ),
            helper.make_node("ReduceMax", ["cells"], ["there"], axes=[1], keepdims=1),
            helper.make_node("Gather", ["cells", "order"], ["labels"], axis=1),
            helper.make_node("Concat", ["there", "boxes", "labels"], ["found"], axis=1),
        ],
        "tiny",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("found", TensorProto.FLOAT, [1, 8, 4, 4])],
        [
            helper.make_tensor("order", TensorProto.INT64, [3], [0, 2, 1]),
            helper.make_tensor("boxes", TensorProto.FLOAT, [1, 4, 4, 4], _boxes()),
        ],
    )
    opset = helper.make_opsetid("", 13)
    model = helper.make_model(graph, ir_version=8, opset_imports=[opset], producer_name="tests")
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _boxes() -> list[float]:
    """Offsets of half a cell (tanh 0.5493 = 0.5), sizes of a quarter (sigmoid -1.0986 = 0.25)."""
    middle, quarter = float(np.arctanh(0.5)), float(np.log(0.25 / 0.75))
    return [*[middle] * 32, *[quarter] * 32]


def tiny_card(content: bytes, **changes: str) -> str:
    """The tiny model's card as a person writes it; lines are replaced by their key."""
    lines = {
        "id": "tiny",
        "version": "'1'",
        "name": "{zh: 亮块, en: Bright squares}",
        "task": "objects",
        "file": "tiny.onnx",
        "bytes": str(len(content)),
        "sha256": f"'{hashlib.sha256(content).hexdigest()}'",
        "licence": "Apache-2.0",
        "input": "{width: 32, height: 32, colour: bgr, scale: 0.00392157, fit: stretch}",
        "output": "{decoder: fastestdet}",
        "labels": "[blue, red, green]",
        "classes": "{blue: car, red: person, green: bus}",
        "thresholds": "{default: 0.5, low: 0.2}",
        "limits": "{zh: 只认亮块。, en: Sees bright squares only.}",
        **changes,
    }
    return "".join(f"{key}: {value}\n" for key, value in lines.items() if value)


def plain_card(**changes: object) -> Card:
    """A card for pure functions: of any sound card, with other values, unchecked."""
    card = Card.model_validate(
        {
            "id": "plain",
            "version": "1",
            "name": {"zh": "某", "en": "Some"},
            "task": "objects",
            "file": "plain.onnx",
            "bytes": 1,
            "sha256": "0" * 64,
            "licence": "MIT",
            "input": {"width": 32, "height": 32, "colour": "bgr", "scale": 1.0, "fit": "stretch"},
            "output": {"decoder": "fastestdet"},
            "labels": ["cat", "dog"],
            "thresholds": {"default": 0.5},
            "limits": {"zh": "无", "en": "None."},
        },
        strict=False,
    )
    return card.model_copy(update=changes)


def lay_tiny(folder: Path, **changes: str) -> Path:
    """Put the tiny model and its card into a folder; return the model's file."""
    folder.mkdir(parents=True, exist_ok=True)
    content = tiny_onnx()
    (folder / "tiny.yaml").write_text(tiny_card(content, **changes), encoding="utf-8")
    (folder / "tiny.onnx").write_bytes(content)
    return folder / "tiny.onnx"


def squares(*cells: tuple[int, int, str], size: int = SIDE) -> Image:
    """A dark picture with squares, blue or red and not quite bright, in cells: column, row."""
    image = np.zeros((size, size, 3), dtype=np.uint8)
    cell = size // 4
    for column, row, colour in cells:
        channel = 0 if colour == "blue" else 2
        image[row * cell : (row + 1) * cell, column * cell : (column + 1) * cell, channel] = BRIGHT
    return image
