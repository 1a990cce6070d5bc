"""What the studio and the nursery of camera processes say to each other."""

from __future__ import annotations

from typing import Final, TypeAlias

import msgspec

MOST_BYTES: Final = 4096
"""Of one word; each is a packet of its own (`SOCK_SEQPACKET`)."""


class Fork(msgspec.Struct, frozen=True, tag="fork"):
    """To the nursery: make a camera process; the descriptor with it is its socket."""


class Born(msgspec.Struct, frozen=True, tag="born"):
    """The answer to `Fork`: the process, by number and, beside the word, by descriptor."""

    pid: int


class Unborn(msgspec.Struct, frozen=True, tag="unborn"):
    """The other answer: there can be no process."""

    reason: str


class Gone(msgspec.Struct, frozen=True, tag="gone"):
    """A camera process has ended: its exit status, below 0 the number of the signal."""

    pid: int
    status: int


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """Everything is loaded."""


class Lacking(msgspec.Struct, frozen=True, tag="lacking"):
    """A library cannot be loaded; the nursery ends after it."""

    reason: str


Said: TypeAlias = Born | Unborn | Gone | Ready | Lacking

ASK: Final = msgspec.msgpack.encode(Fork())
SAID: Final = msgspec.msgpack.Decoder(Said)
