"""Makes what devices say fit the contract: an event is never refused for an overlong word."""

from __future__ import annotations

import math
from collections.abc import Collection

from cloud_bridge.wire.limits import MAX_ID, MAX_NUMBER, MAX_WORDS
from cloud_bridge.wire.parts import Bilingual
from edge.model import Text, Value


def cut(text: str, limit: int = MAX_WORDS) -> str:
    """The text in valid Unicode and no longer than the contract allows."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def name(text: str) -> str:
    """A name: an id from the site file or a device, never empty."""
    return cut(text, MAX_ID) or "unknown"


def names(texts: Collection[str]) -> tuple[str, ...]:
    """The same for several, most of which are as they should be."""
    if texts and "".join(texts).isascii() and max(map(len, texts)) <= MAX_ID and "" not in texts:
        return tuple(texts)
    return tuple(map(name, texts))


def bilingual(text: Text) -> Bilingual:
    """The text as the wire writes it."""
    return Bilingual(zh=cut(text.zh), en=cut(text.en))


def plain(value: Value) -> Value:
    """The value as JSON can say it: no endless number, no integer that readers would round."""
    if isinstance(value, str):
        return cut(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and abs(value) > MAX_NUMBER:
        return str(value)
    return value
