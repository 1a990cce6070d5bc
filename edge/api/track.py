"""What is told of one channel to all who watch from equal seats, and what was told lately."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from typing import Final

from edge.api.channels import Channel, Seat, World
from edge.api.slices import in_slices
from edge.api.viewer import Viewer, encode

REMEMBERED: Final = 240
"""Frames of a channel, a minute of a busy site, for who was away that long."""

SLICE_S: Final = 0.0005
"""So long is drawn at a stretch: a list of alarms takes eight times as long on a small box."""


@dataclass(slots=True, eq=False)
class Track:
    """One channel as it is seen from equal seats, and the frames that were sent of it lately."""

    channel: Channel
    seat: Seat
    began: int
    memory: object = None
    past: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    viewers: set[Viewer] = field(default_factory=set)
    left_at: float = 0.0
    _whole: bytes = b""
    _drawing: bool = False

    def can(self, world: World) -> bool:
        """Whether there is what the channel needs."""
        return world.current is not None or self.channel.needs == "nothing"

    def missed(self, since: int) -> list[tuple[int, bytes]] | None:
        """The frames after a number; none when they are not all remembered."""
        whole = len(self.past) < REMEMBERED or self.past[0][0] <= since + 1
        if since < self.began or not whole:
            return None
        return [each for each in self.past if each[0] > since]

    def whole(self, world: World) -> bytes:
        """Everything, for who knows nothing yet; nothing, where there is none to show yet.

        Those who come while nothing changes are shown the same.
        """
        if not self._whole:
            look = self.channel.look(world, self.seat, None)
            self._whole = self._anew(look.pieces) if look else b""
        return self._whole

    def begin_anew(self) -> None:
        """Know nothing of what was told: all of it is told again."""
        if self.channel.needs == "site":
            self.memory, self._whole = None, b""

    def advance(self, world: World) -> Generator[None, None, bytes | None]:
        """Return what has changed since the last time, as it is sent; yield while it is drawn.

        While somebody else has it drawn there is nothing: what was true later is told later.
        """
        if self._drawing:
            return None
        self._drawing = True
        try:
            return (yield from self._changed(world))
        finally:
            self._drawing = False

    def _changed(self, world: World) -> Generator[None, None, bytes | None]:
        look = self.channel.look(world, self.seat, self.memory)
        if look is None:
            return None
        first, self.memory = self.memory is None, look.memory
        drawn: list[str] = []
        yield from in_slices(look.pieces, drawn, SLICE_S)
        if not first and not any(drawn):
            return None
        self._whole = self._anew(drawn) if first or look.whole else b""
        return self._whole if first else encode(self.channel.name, "".join(drawn))

    def _anew(self, pieces: Iterable[str]) -> bytes:
        name, body = self.channel.name, "".join(pieces)
        return encode("reset", name) + (encode(name, body) if body else b"")
