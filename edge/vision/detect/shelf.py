"""Where models lie: finds a model's card and file, and notices when either is another one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from edge.errors import ConfigError
from edge.model import Text
from edge.vision.detect.card import Card
from edge.vision.detect.cards import Laid, find_card, first_line, read_card
from edge.vision.detect.trouble import Unusable

LARGEST_MODEL: Final = 1024 * 1024 * 1024
"""Bytes; a detector for a box without a fan has a few million, a large one for a GPU 300."""

_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")

Stamp: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A card whose file is there. `stamp` is another one once either of them has changed."""

    laid: Laid
    file: Path
    stamp: Stamp

    @property
    def card(self) -> Card:
        """What the card says."""
        return self.laid.card


class Shelf:
    """The folders with models and cards of their own; an earlier one goes first.

    Each question costs a few looks at the disk: what is laid there is found without a restart.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._read: dict[Path, tuple[Stamp, Laid | ConfigError]] = {}

    def find(self, model: str) -> Standing:
        """Find a model; `Unusable` says why it cannot be used."""
        laid = self._card(model)
        path = file_of(laid.card, self._folders)
        stamp = _stamp(path) if path else None
        if path is None or stamp is None:
            how = how_to_get(laid.card)
            raise Unusable(how.zh, how.en)
        if laid.card.asks_before and not accepted(laid.card, path.parent):
            how_to = f"whistle models add {path} --accept-licence"
            raise Unusable(
                f"尚未接受 {model} 的许可证 {laid.card.licence}：{how_to}",
                f"the licence {laid.card.licence} of {model} has not been accepted: `{how_to}`",
            )
        return Standing(laid=laid, file=path, stamp=(*stamp, *(_stamp(laid.path) or ())))

    def _card(self, model: str) -> Laid:
        path = find_card(model, self._folders) if _ID.fullmatch(model) else None
        stamp = _stamp(path) if path else None
        if path is None or stamp is None:
            raise Unusable(
                f"没有模型 {model}；用 whistle models list 查看",
                f"there is no model {model}: `whistle models list` shows those there are",
            )
        known = self._read.get(path)
        if known is None or known[0] != stamp:
            known = self._read[path] = (stamp, _card_or_error(path))
        if isinstance(known[1], ConfigError):
            line = first_line(known[1])
            raise Unusable(f"{model} 的卡片有错：{line}", f"the card of {model} is wrong: {line}")
        return known[1]


def file_of(card: Card, folders: Sequence[Path]) -> Path | None:
    """Where the model's file is, or none."""
    paths = (folder / card.file for folder in folders)
    return next((path for path in paths if path.is_file()), None)


def how_to_get(card: Card) -> Text:
    """What to do when a model's file is not there, with a network and without."""
    pull, add = f"whistle models pull {card.id}", f"whistle models add {card.file}"
    if card.source is None:
        return Text(
            f"没有模型 {card.id}：拷来 {card.file} 后 {add}",
            f"the model {card.id} is not here: bring {card.file}, then `{add}`",
        )
    return Text(
        f"没有模型 {card.id}：{pull}；离线时用 U 盘拷来 {card.file}，再 {add}",
        f"the model {card.id} is not here: `{pull}`; offline: bring {card.file} on a stick,"
        f" then `{add}`",
    )


def read_model(path: Path, card: Card) -> bytes:
    """Return the file's bytes; `Unusable` when they are not those that the card means."""
    try:
        size = path.stat().st_size
        if size != card.bytes or size > LARGEST_MODEL:
            raise Unusable(
                f"{path.name} 有 {size} 字节，卡片写的是 {card.bytes}",
                f"{path.name} has {size} bytes, its card says {card.bytes}",
            )
        content = path.read_bytes()
    except OSError as error:
        said = error.strerror
        raise Unusable(
            f"{path.name} 读不了：{said}", f"{path.name} cannot be read: {said}"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != card.sha256:
        raise Unusable(
            f"{path.name} 是另一个文件：sha256 {found}，卡片写的是 {card.sha256}",
            f"{path.name} is another file: its sha256 is {found}, its card says {card.sha256}",
        )
    return content


def accepted(card: Card, folder: Path) -> bool:
    """Whether somebody has accepted the licence of that very file, for this folder."""
    try:
        return _acceptance(card, folder).read_text(encoding="utf-8") == _accepts(card)
    except (OSError, ValueError):
        return False


def accept(card: Card, folder: Path) -> None:
    """Keep that somebody has accepted the licence; `OSError` when it cannot be kept."""
    folder.mkdir(parents=True, exist_ok=True)
    _acceptance(card, folder).write_text(_accepts(card), encoding="utf-8")


def _acceptance(card: Card, folder: Path) -> Path:
    return folder / f"{card.id}.accepted"


def _accepts(card: Card) -> str:
    return f"{card.licence} of {card.file}, sha256 {card.sha256}\n"


def _card_or_error(path: Path) -> Laid | ConfigError:
    try:
        return read_card(path)
    except ConfigError as error:
        return error


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size)
