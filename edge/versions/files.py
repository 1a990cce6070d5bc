"""A configuration as its files, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from edge.model import Text
from edge.versions.lines import runs

BOM: Final = b"\xef\xbb\xbf"
"""What some editors put before a UTF-8 file; it stays where it was."""

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Unfit(ValueError):
    """What was asked for does not fit; `words` are for whoever asked."""

    def __init__(self, words: Text) -> None:
        super().__init__(f"{words.zh} / {words.en}")
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The site file, the profiles beside it and the tables that its addresses name.

    Names are relative to the site file's folder, with `/`; `site` is the site file's own. What a
    key such as `password_file` names is never among them.
    """

    site: str
    contents: Mapping[str, bytes]

    @property
    def etag(self) -> str:
        """The same for the same names and bytes, and for nothing else."""
        whole = sha256(self.site.encode())
        for name in sorted(self.contents):
            for part in (name.encode(), self.contents[name]):
                whole.update(len(part).to_bytes(8, "big") + part)
        return whole.hexdigest()

    @property
    def size(self) -> int:
        """All bytes."""
        return sum(map(len, self.contents.values()))

    def text(self, name: str = "") -> str:
        """The text of a file, the site file's without a name; empty where there is none."""
        body = self.contents.get(name or self.site, b"")
        return body.decode(_encoding(body), errors="replace")

    def put(self, name: str, text: str) -> Files:
        """Return these with that text in a file, encoded as the file was, and as it stands."""
        before = self.contents.get(name, b"")
        encoding = _encoding(before) if name.lower().endswith(".csv") else "utf-8"
        try:
            body = text.removeprefix("\ufeff").encode(encoding)
        except UnicodeEncodeError as error:
            raise Unfit(
                Text(
                    f"{name}：有无法保存的字符（第 {error.start + 1} 个）",
                    f"{name}: character {error.start + 1} cannot be saved",
                )
            ) from None
        body = BOM + body if before.startswith(BOM) else body
        return replace(self, contents={**self.contents, name: body})

    def typed(self, name: str, text: str) -> Files:
        """As `put`, for a text from a browser: lines that are not new keep their own ends.

        A form sends every line with CRLF, whatever the file has.
        """
        before = self.text(name)
        return self.put(name, _ended(before, text))

    def without(self, name: str) -> Files:
        """Return these with one file less."""
        return replace(self, contents={n: b for n, b in self.contents.items() if n != name})

    def called(self, site: str) -> Files:
        """Return the same files for a site file of another name."""
        contents = {site if n == self.site else n: body for n, body in self.contents.items()}
        return replace(self, site=site, contents=contents)


def _encoding(body: bytes) -> str:
    """UTF-8, or GB18030 as spreadsheets write it in China."""
    try:
        body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig" if body.startswith(BOM) else "utf-8"


def _ended(before: str, text: str) -> str:
    old, new = _LINE.findall(before), _LINE.findall(text)
    crlf = sum(line.endswith("\r\n") for line in old)
    usual = "\r\n" if 2 * crlf > len(old) else "\n"
    was, bare = ([line.rstrip("\r\n") for line in each] for each in (old, new))
    out = [own if own == line else own + usual for line, own in zip(new, bare, strict=True)]
    for run in runs(was, bare):
        for offset in range(run.old_to - run.old_from) if run.same else ():
            i, j = run.old_from + offset, run.new_from + offset
            if new[j] != bare[j] and old[i] != was[i]:
                out[j] = old[i]
    return "".join(out)
