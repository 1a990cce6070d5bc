"""Tries a model on the pictures of its card, and finds out what is wrong with the card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import cv2
import numpy as np

from edge.model import Text
from edge.vision.detect.asking import Object
from edge.vision.detect.card import Card, ExpectedSection, PictureSection
from edge.vision.detect.cards import Laid, beside
from edge.vision.detect.session import Model
from edge.vision.detect.shelf import Standing
from edge.vision.detect.trouble import Misread, Unusable
from edge.vision.findings import Box
from edge.vision.pictures import Image

SCORE: Final = 0.05
"""How far a score may be off: what other processors and JPEG decoders change is a hundredth."""

OVERLAP: Final = 0.9
"""How much a box shares with the expected one, of what both cover."""

NONE_GIVEN: Final = Text(
    "卡片没有自检图片，颜色顺序与数值范围无法核对",
    "the card has no picture to test with: colour order and scale cannot be checked",
)
_TO_ONE: Final = 1 / 255


def verify(standing: Standing) -> Sequence[Text]:
    """Load a model and try it; return what is wrong, nothing when all is as its card says."""
    try:
        model = Model.load(standing)
    except Unusable as error:
        return (error.text,)
    if not standing.card.self_test:
        return (NONE_GIVEN,)
    return tuple(tried(model, standing.laid))


def tried(model: Model, laid: Laid) -> Sequence[Text]:
    """Return what is wrong with what a loaded model finds in its card's pictures."""
    card = model.card
    pictures: list[tuple[PictureSection, Image]] = []
    for section in card.self_test:
        image = _image(laid, section)
        if image is None:
            name = section.picture
            return (Text(f"读不了图片 {name}", f"the picture {name} cannot be read"),)
        pictures.append((section, image))
    try:
        wrong = list(_amiss(model, pictures))
    except Misread as error:
        return (error.text,)
    if not wrong:
        return ()
    cause = _cause(model, pictures)
    return (cause, *wrong) if cause else wrong


def _image(laid: Laid, section: PictureSection) -> Image | None:
    try:
        content = beside(laid.path, section.picture).read_bytes()
    except OSError:
        return None
    image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) if content else None
    return None if image is None else np.asarray(image, dtype=np.uint8)


def _amiss(model: Model, pictures: Sequence[tuple[PictureSection, Image]]) -> Iterator[Text]:
    for section, image in pictures:
        found = [each for each in model.find(image).objects if each.sure]
        yield from _differences(f"{section.picture}: ", found, section.expect)


def _differences(
    where: str, found: Sequence[Object], expected: Sequence[ExpectedSection]
) -> Iterator[Text]:
    """Tell what is missing, what is otherwise, and what should not be there."""
    rest = list(found)
    for each in expected:
        there = max(rest, key=lambda one: _shared(one.box, Box(*each.box)), default=None)
        if there is None or _shared(there.box, Box(*each.box)) < OVERLAP:
            yield Text(
                f"{where}没有找到 {each.label}（应为 {each.score:.2f}）",
                f"{where}no {each.label} where one of {each.score:.2f} is expected",
            )
            continue
        rest.remove(there)
        if there.label != each.label:
            yield Text(
                f"{where}应为 {each.label}，得到 {there.label}",
                f"{where}{there.label} where {each.label} is expected",
            )
        elif abs(there.score - each.score) > SCORE:
            yield Text(
                f"{where}{each.label} 应为 {each.score:.2f}，得到 {there.score:.2f}",
                f"{where}{each.label} has {there.score:.2f}, expected {each.score:.2f}",
            )
    for one in rest:
        yield Text(
            f"{where}多出 {one.label}（{one.score:.2f}）",
            f"{where}{one.label} of {one.score:.2f} is not expected",
        )


def _cause(model: Model, pictures: Sequence[tuple[PictureSection, Image]]) -> Text | None:
    """Try the mistakes that people make; the one that mends it is the cause."""
    for card, cause in _mended(model.card):
        try:
            if not list(_amiss(model.reading(card), pictures)):
                return cause
        except (Misread, Unusable):
            continue
    return _relabelled(model, pictures)


def _relabelled(model: Model, pictures: Sequence[tuple[PictureSection, Image]]) -> Text | None:
    """See whether all is where it should be, under other labels."""
    every = model.reading(model.card.model_copy(update={"classes": {}}))
    canonical = dict(model.card.classes)
    for section, image in pictures:
        found = every.find(image).objects
        for each in section.expect:
            there = (one for one in found if _is_there(one, each))
            labels = {canonical.get(one.label, one.label) for one in there}
            if labels and each.label not in labels:
                said = min(labels)
                return Text(
                    f"标签顺序不对：{each.label} 的位置得到 {said}",
                    f"the labels are in another order: {said} where {each.label} is expected",
                )
    return None


def _is_there(one: Object, expected: ExpectedSection) -> bool:
    near = abs(one.score - expected.score) <= SCORE
    return near and _shared(one.box, Box(*expected.box)) >= OVERLAP


def _mended(card: Card) -> Iterator[tuple[Card, Text]]:
    own = card.input
    colour = "rgb" if own.colour == "bgr" else "bgr"
    scales = [scale for scale in (1.0, _TO_ONE) if abs(scale - own.scale) > own.scale / 100]
    fit = "stretch" if own.fit == "letterbox" else "letterbox"
    swapped = {"colour": colour}
    order = Text(
        f"颜色顺序反了：写 colour: {colour}", f"the colour order is swapped: write colour: {colour}"
    )
    yield _with(card, swapped), order
    for scale in scales:
        said = Text(
            f"数值范围不对：写 scale: {scale:.6g}", f"the scale is wrong: write scale: {scale:.6g}"
        )
        yield _with(card, {"scale": scale}), said
        both = Text(f"{order.zh}；{said.zh}", f"{order.en}; {said.en}")
        yield _with(card, {"scale": scale, **swapped}), both
    said = Text(f"缩放方式不对：写 fit: {fit}", f"the fit is wrong: write fit: {fit}")
    yield _with(card, {"fit": fit}), said


def _with(card: Card, changes: Mapping[str, object]) -> Card:
    return card.model_copy(update={"input": card.input.model_copy(update=changes)})


def _shared(one: Box, other: Box) -> float:
    both = Box(
        max(one.left, other.left),
        max(one.top, other.top),
        min(one.right, other.right),
        min(one.bottom, other.bottom),
    )
    area = both.area if both.right > both.left and both.bottom > both.top else 0.0
    whole = one.area + other.area - area
    return area / whole if whole else 0.0
