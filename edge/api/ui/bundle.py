"""What the pages are made of, read once, when the program starts: no file is read for a request."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from edge.api.ui.po_file import translations

_HOME: Final = Path(str(files("edge.api.ui")))
_SQUEEZED: Final = frozenset({".css", ".js", ".svg", ".txt", ".html"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """A file as it is sent; `hashed` is its name with a mark that changes with its content."""

    hashed: str
    media_type: str
    body: bytes
    squeezed: bytes


def _static(path: Path, name: str) -> StaticFile:
    body = path.read_bytes()
    mark = hashlib.sha256(body).hexdigest()[:10]
    stem, _, ending = name.rpartition(".")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return StaticFile(
        hashed=f"{stem}.{mark}.{ending}",
        media_type="text/javascript" if ending == "js" else kind,
        body=body,
        squeezed=gzip.compress(body, 9, mtime=0) if path.suffix in _SQUEEZED else b"",
    )


def _below(folder: str, pattern: str) -> Mapping[str, Path]:
    root = _HOME / folder
    return {path.relative_to(root).as_posix(): path for path in sorted(root.rglob(pattern))}


TEMPLATES: Final[Mapping[str, str]] = {
    name: path.read_text(encoding="utf-8") for name, path in _below("templates", "*.html").items()
}
"""The text of every template, by its name."""

STATIC: Final[Mapping[str, StaticFile]] = {
    name: _static(path, name) for name, path in _below("static", "*.*").items()
}
"""Every static file, by its plain name."""

CHINESE: Final[Mapping[str, tuple[str, ...]]] = translations(
    *(path.read_text(encoding="utf-8") for path in _below("locale/zh_CN", "*.po").values())
)
"""The Chinese words for the English ones in templates."""
