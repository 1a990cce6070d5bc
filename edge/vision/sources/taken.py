"""What a source of pictures yields: packets as the camera encoded them, and decoded frames."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from edge.vision.pictures import Frame

Now: TypeAlias = Callable[[], datetime]
"""The instant, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """How packets are encoded: FFmpeg's name (`h264`, `hevc`, `mjpeg`), and its extradata."""

    name: str
    extradata: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One encoded picture; `t` and `at` are when it arrived, as in `Frame`."""

    content: bytes
    t: float
    at: datetime
    keyframe: bool
    codec: Codec


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Taken:
    """One step of a source.

    Without a frame where a packet gave none: only keyframes are decoded, newer ones wait, the
    decoder is still at its beginning. `broken` says that the picture is damaged or could not be
    decoded at all.
    """

    frame: Frame | None = None
    packet: Packet | None = None
    broken: bool = False


class Source(Protocol):
    """Where pictures come from; blocking, for one thread.

    Every method raises `SourceLost` with words for a technician when the camera is lost.
    """

    def open(self) -> None:
        """Connect and find out what the camera sends."""
        ...

    def frames(self) -> Generator[Taken, None, None]:
        """Yield pictures as they come; ends only when closed."""
        ...

    def close(self) -> None:
        """Let go, from any thread: what waits in `frames` returns when it can."""
        ...
