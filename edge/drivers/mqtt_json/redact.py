"""What of a message from nobody known may be looked at: its keys, its numbers, plain words."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from edge.drivers.mqtt_json.codec import MAX_BODY, Tree

HIDDEN: Final = "…"
"""In the place of what is not shown."""
MOST_VALUES: Final = 200
"""More than a person looks at to find where a value lies."""
DEEPEST: Final = 16
MOST_KEY: Final = 64
"""Letters of a key."""
LONG_NUMBER: Final = 10**10
"""From eleven digits on it may be a telephone's or a person's number."""

_WORD: Final = re.compile(r"[A-Za-z_.:+-][A-Za-z0-9_.:+-]{0,23}|[0-9.:TZ+-]{1,32}")
_DIGITS: Final = re.compile(r"[0-9]{11,}")
_PRIVATE: Final = re.compile(
    r"(?i)name|person|card|phone|mobile|tel|pic|scene|image|img|photo|face|owner|user|mail|plate"
    r"|passw|token|secret|key|auth"
)


def redacted(body: bytes) -> bytes:
    """The message as JSON with values hidden that could be a person's; empty when it is no JSON.

    Whoever listens to all of a broker hears gates and cars too: only what looks like a
    measurement is shown.
    """
    if len(body) > MAX_BODY:
        return b""
    try:
        tree: Tree = msgspec.json.decode(body)
        return msgspec.json.encode(_Hiding().value("", tree, 0))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return b""


class _Hiding:
    """Counts what has been shown."""

    def __init__(self) -> None:
        self._left = MOST_VALUES

    def value(self, key: str, tree: Tree, depth: int) -> Tree:
        if self._left <= 0 or depth > DEEPEST or _PRIVATE.search(key):
            return HIDDEN
        if isinstance(tree, dict):
            return {
                name[:MOST_KEY]: self.value(name, each, depth + 1)
                for name, each in tree.items()
                if self._left > 0
            }
        if isinstance(tree, list):
            return [self.value(key, each, depth + 1) for each in tree if self._left > 0]
        self._left -= 1
        if isinstance(tree, str):
            plain = _WORD.fullmatch(tree) and not _DIGITS.search(tree)
            return tree if plain else HIDDEN
        if isinstance(tree, int | float) and not isinstance(tree, bool):
            return tree if abs(tree) < LONG_NUMBER else HIDDEN
        return tree
