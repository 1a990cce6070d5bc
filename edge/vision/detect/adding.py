"""Takes in a model file by hand: one that a card knows, or one that comes with its card."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from edge.vision.detect.card import Card
from edge.vision.detect.cards import Laid, beside
from edge.vision.detect.model_files import put, sha256_of
from edge.vision.detect.trouble import NotHad


def recognised(file: Path, cards: Iterable[Card]) -> Card:
    """Return the card that means this very file; `NotHad` when none does."""
    digest = sha256_of(file)
    known = next((card for card in cards if card.sha256 == digest), None)
    if known is None:
        raise NotHad(
            f"{file.name} 不是已知的模型（sha256 {digest}）；自带模型要写卡片：--card CARD.yaml",
            f"{file.name} is no model that is known (sha256 {digest}); one of your own needs a"
            " card: --card CARD.yaml",
        )
    return known


def take_in(file: Path, laid: Laid, folder: Path) -> Path:
    """Copy a model of one's own into the folder with its card and what that names.

    `NotHad` when the file is not the one that the card means, or something cannot be copied.
    """
    target = put(laid.card, file, folder)
    card = laid.card
    named = [each.picture for each in card.self_test]
    named += [card.labels_file] if card.labels_file else []
    for path in (*(beside(laid.path, name) for name in named), laid.path):
        copy = folder / path.name
        try:
            if not (copy.exists() and copy.samefile(path)):
                shutil.copyfile(path, copy)
        except OSError as error:
            said = error.strerror
            raise NotHad(f"{path} 拷不了：{said}", f"{path} cannot be copied: {said}") from error
    return target
