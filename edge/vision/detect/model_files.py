"""Puts model files into a folder: downloaded or copied, whole and the right ones, or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, TypeAlias

from edge.vision.detect.card import Card
from edge.vision.detect.trouble import NotHad
from edge.whole_file import sync_folder

PATIENCE_S: Final = 30.0
"""Without a byte for so long a download is given up; what has come is kept for the next try."""

CHUNK: Final = 256 * 1024

Told: TypeAlias = Callable[[int, int], None]
"""Hears how many bytes there are, of how many."""


def sha256_of(path: Path) -> str:
    """Return a file's hash; `NotHad` when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        said = error.strerror
        raise NotHad(f"{path} 读不了：{said}", f"{path} cannot be read: {said}") from error


def pull(card: Card, folder: Path, told: Told = lambda _, __: None) -> Path:
    """Download the model that a card means; go on where an earlier try was cut off.

    `NotHad` when it cannot be had or is another file. Under its own name there is only ever a
    whole one.
    """
    if card.source is None:
        raise NotHad(
            f"卡片 {card.id} 没有下载地址；拿到文件后用 whistle models add",
            f"the card of {card.id} has no source; get the file, then `whistle models add`",
        )
    with _part(card, folder) as part:
        try:
            if part.tell() > card.bytes:  # of another version
                part.seek(0)
                part.truncate()
            if part.tell() < card.bytes:
                _download(card.source, card, part, told)
        except (OSError, http.client.HTTPException) as error:
            raise _unreachable(card, error) from error
        return _finish(card, folder, part)


def put(card: Card, file: Path, folder: Path) -> Path:
    """Copy a model's file into the folder; `NotHad` when it is not the one that the card means."""
    if (digest := sha256_of(file)) != card.sha256:
        raise _another(file.name, digest, card)
    target = folder / card.file
    if target.exists() and target.samefile(file):
        return target
    with _part(card, folder) as part, file.open("rb") as source:
        part.seek(0)
        part.truncate()
        try:
            shutil.copyfileobj(source, part, CHUNK)
        except OSError as error:
            raise _unwritable(folder, error) from error
        return _finish(card, folder, part)


@contextmanager
def _part(card: Card, folder: Path) -> Iterator[IO[bytes]]:
    """Open the file that a model is gathered in, at its end; one at a time."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / f"{card.file}.part").open("ab+")
    except OSError as error:
        raise _unwritable(folder, error) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise NotHad(
                f"{card.id} 正在被另一个命令获取", f"another command is getting {card.id}"
            ) from error
        file.seek(0, os.SEEK_END)
        yield file


def _finish(card: Card, folder: Path, part: IO[bytes]) -> Path:
    """Give the gathered file its name, if it is the right one; else take it away."""
    path = Path(part.name)
    try:
        part.flush()
        os.fsync(part.fileno())
        digest = sha256_of(path)
        if digest != card.sha256:
            path.unlink()
            raise _another(card.file, digest, card)
        target = folder / card.file
        path.replace(target)
        sync_folder(folder)
    except OSError as error:
        raise _unwritable(folder, error) from error
    return target


def _download(source: str, card: Card, part: IO[bytes], told: Told) -> None:
    have = part.tell()
    request = urllib.request.Request(source)  # noqa: S310 - a card's source is http or https
    if have:
        request.add_header("Range", f"bytes={have}-")
    with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310 - see above
        if have and not _goes_on(answer, have):
            part.seek(0)
            part.truncate()
            have = 0
        while chunk := answer.read(CHUNK):
            have += len(chunk)
            if have > card.bytes:
                Path(part.name).unlink()
                raise NotHad(
                    f"{source} 给出的文件比卡片写的 {card.bytes} 字节大",
                    f"{source} gives more than the {card.bytes} bytes of its card",
                )
            part.write(chunk)
            told(have, card.bytes)
    if have < card.bytes:
        raise http.client.IncompleteRead(b"", card.bytes - have)


def _goes_on(answer: http.client.HTTPResponse, have: int) -> bool:
    """Whether the server goes on where the part ends, and does not begin again."""
    went_on = answer.status == http.HTTPStatus.PARTIAL_CONTENT
    return went_on and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")


def _another(name: str, digest: str, card: Card) -> NotHad:
    return NotHad(
        f"{name} 不是 {card.id}：sha256 {digest}，卡片写的是 {card.sha256}",
        f"{name} is not {card.id}: its sha256 is {digest}, the card says {card.sha256}",
    )


def _unreachable(card: Card, error: Exception) -> NotHad:
    if isinstance(error, urllib.error.HTTPError):
        said = f"HTTP {error.code}"
        error.close()
    elif isinstance(error, http.client.IncompleteRead):
        said = f"{error.expected} bytes are missing"
    else:
        said = str(getattr(error, "reason", error) or type(error).__name__)
    return NotHad(
        f"{card.source} 下载失败（{said}）；再试一次会接着下。离线时用 U 盘拷来 {card.file}，"
        f"再 whistle models add {card.file}",
        f"{card.source} could not be downloaded ({said}); another try goes on from here."
        f" Offline: bring {card.file} on a stick, then `whistle models add {card.file}`",
    )


def _unwritable(folder: Path, error: OSError) -> NotHad:
    said = error.strerror
    return NotHad(f"{folder} 写不了：{said}", f"{folder} cannot be written: {said}")
