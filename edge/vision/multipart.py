"""The parts of a multipart answer that never ends, as cameras really write it (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MOST_PICTURE: Final = 16 * 1024 * 1024
"""Bytes of one picture: four times a 4K JPEG of best quality."""
MOST_HEAD: Final = 8192
"""Of a part's own header lines, and of what is between two parts; cameras write a hundred."""

_BOUNDARY: Final = re.compile(
    r'(?is)\s*multipart/[^;]*;(?:.*;)?\s*boundary\s*=\s*(?:"([^"]{1,100})"|([^;"]{1,100}))'
)
_LENGTH: Final = re.compile(rb"(?im)^content-length[ \t]*:[ \t]*(\d{1,10})[ \t]*\r?$")
_TYPE: Final = re.compile(rb"(?im)^content-type[ \t]*:[ \t]*([\w.+/-]{1,60})")
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
_LINE_END: Final = re.compile(rb"\r?\n(?:--)?\Z")
"""What belongs to the boundary behind it, with the dashes that its name may already hold."""
_LONGEST_LINE_END: Final = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its media type in small letters, empty where it does not say; what it holds."""

    media_type: str
    body: bytes


class Parts:
    """Takes bytes cut anywhere, gives back the parts that are whole.

    A part ends where its `Content-Length` says, else with `ends`, else before the next boundary.
    A length of 0 is none: some cameras write it ahead of a picture.

    A part of more than `most` bytes, a head without end and bytes without a boundary are a
    `ValueError`; when it is `forgiving` they are passed over up to the next boundary. Parts whose
    media type begins with `skips` are passed over in any case, without being kept.
    """

    def __init__(
        self,
        boundary: bytes,
        *,
        most: int = MOST_PICTURE,
        ends: bytes = b"",
        skips: str = "",
        forgiving: bool = False,
    ) -> None:
        self._mark = b"--" + boundary
        self._most = most
        self._ends = ends
        self._skips = skips
        self._forgiving = forgiving
        self._buffer = bytearray()
        self._searched = 0
        self._gone = 0

    @property
    def pending(self) -> int:
        """Bytes that wait for the rest of their part."""
        return len(self._buffer)

    def feed(self, arrived: bytes) -> list[Part]:
        """Take what has come; return the parts that are whole now, oldest first."""
        gone = min(self._gone, len(arrived))
        self._gone -= gone
        self._buffer += arrived[gone:]
        found = []
        while (part := self._next()) is not None:
            if part.body:
                found.append(part)
        return found

    def _next(self) -> Part | None:
        """Cut off one part; none when it is not whole yet."""
        at = self._buffer.find(self._mark)
        if at < 0:
            beyond = len(self._buffer) - len(self._mark)
            if beyond > MOST_HEAD:
                self._pass_over("no boundary where one should be", beyond)
            return None
        self._cut(at)
        start = len(self._mark)
        blank = _BLANK.search(self._buffer, start, start + MOST_HEAD)
        if blank is None:
            if len(self._buffer) - start <= MOST_HEAD:
                return None
            return self._pass_over("a head that does not end", start)
        head = bytes(self._buffer[start : blank.start()])
        kind = found[1].decode("ascii").lower() if (found := _TYPE.search(head)) else ""
        length = int(found[1]) if (found := _LENGTH.search(head)) else 0
        if length:
            return self._measured(kind, blank.end(), length)
        return self._unmeasured(kind, blank.end())

    def _measured(self, kind: str, start: int, length: int) -> Part | None:
        passed = self._passes(kind) or (self._forgiving and length > self._most)
        if length > (MOST_PICTURE if passed else self._most):
            return self._pass_over("a part that is too large", len(self._mark))
        there = min(length, len(self._buffer) - start)
        if passed:
            self._gone = length - there
        elif there < length:
            return None
        body = b"" if passed else bytes(self._buffer[start : start + length])
        self._cut(start + there)
        return Part(kind, body)

    def _unmeasured(self, kind: str, start: int) -> Part | None:
        since = max(start, self._searched)
        end = self._buffer.find(self._mark, since)
        if self._ends:
            own = self._buffer.find(self._ends, since, end if end >= 0 else len(self._buffer))
            end = own + len(self._ends) if own >= 0 else end
        if end < 0:
            if len(self._buffer) - start > self._most:
                return self._pass_over("a part that does not end", len(self._mark))
            self._searched = len(self._buffer) - max(len(self._mark), len(self._ends))
            return None
        line_end = _LINE_END.search(self._buffer, max(start, end - _LONGEST_LINE_END), end)
        stop = line_end.start() if line_end else end
        body = b"" if self._passes(kind) else bytes(self._buffer[start:stop])
        self._cut(end)
        return Part(kind, body)

    def _passes(self, kind: str) -> bool:
        return bool(self._skips) and kind.startswith(self._skips)

    def _pass_over(self, why: str, count: int) -> Part:
        """Go on behind so many bytes, where that is forgiven."""
        if not self._forgiving:
            raise ValueError(why)
        self._cut(count)
        return Part("", b"")

    def _cut(self, count: int) -> None:
        del self._buffer[:count]
        self._searched = 0 if count else self._searched


def boundary_in(content_type: str) -> bytes:
    """Return what a `Content-Type` says its parts are divided by; empty when it is no multipart.

    Some cameras write the two dashes that belong before it into its name.
    """
    found = _BOUNDARY.match(content_type)
    named = (found[1] or found[2]) if found else ""
    return named.strip().removeprefix("--").encode("latin-1", "replace")
