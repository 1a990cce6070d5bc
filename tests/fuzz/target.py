"""What is fuzzed: a parser, what it may raise, and inputs to begin with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from time import thread_time
from typing import Final

CUTS: Final = (1, 2, 3, 7, 16, 61, 256, 4096)
"""Sizes of the pieces in which a stream comes; the first byte of an input chooses."""


class Slow(AssertionError):
    """An input took more of the processor than any may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A parser: it returns, or raises one of its `errors`, within `seconds` of the processor.

    `most` is the longest input in bytes, as its caller would let through, or what is worth trying.
    """

    name: str
    parse: Callable[[bytes], object]
    errors: tuple[type[Exception], ...] = ()
    seeds: tuple[bytes, ...]
    most: int = 4096
    seconds: float = 1.0

    def hold(self, body: bytes) -> None:
        """Parse one input; what else it raises, and how long it takes, is a finding."""
        begun = thread_time()
        with suppress(*self.errors):
            self.parse(body)
        took = thread_time() - begun
        if took > self.seconds:
            raise Slow(f"{self.name}: {took:.2f} s for {len(body)} bytes")


def pieces(body: bytes) -> Iterator[bytes]:
    """Yield a stream in pieces: of one size, that the first byte says."""
    size = CUTS[body[0] % len(CUTS)] if body else 1
    for at in range(1, len(body), size):
        yield body[at : at + size]


def words(body: bytes) -> str:
    """Return an input as the text that a parser of texts is given."""
    return body.decode("utf-8", "replace")
