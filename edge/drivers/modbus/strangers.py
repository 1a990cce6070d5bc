"""A box that dials in and is not the one that is expected: who it says it is."""

from __future__ import annotations

from edge.model import Text
from edge.strangers import Address


def introduced(said: bytes) -> tuple[str, Text, Address]:
    """Return its name, what it said in words, and what to write in the link's transport for it."""
    text = said.decode("ascii", "replace")
    plain = text.isascii() and text.isprintable()
    shown = text if plain else said.hex(" ")
    words = Text(f"拨入时自报 {shown}", f"called and said {shown}")
    return shown, words, {"registration": text} if plain else {"registration_hex": said.hex()}
