"""What is done to connections, by the proxies that they go through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from simulators.chaos_proxy import ChaosProxy, Direction
from tests.system.proof.schedule import Value
from tests.system.proof.stage import Stage

Words = Mapping[str, Value]

THIN: Final = 8_000
"""64 kbit/s."""

DIRECTIONS: Final[Mapping[Value, Sequence[Direction]]] = {
    "both": ("up", "down"),
    "up": ("up",),
    "down": ("down",),
}


async def reset(stage: Stage, words: Words) -> None:
    """Every connection ends with a RST."""
    _way(stage, words).reset()


async def hold(stage: Stage, words: Words) -> None:
    """Nothing gets through in a direction, or in both; connections stay open."""
    _way(stage, words).hold(*DIRECTIONS[words["direction"]])


async def let(stage: Stage, words: Words) -> None:
    """What was held arrives."""
    _way(stage, words).let("up", "down")


async def thin(stage: Stage, words: Words) -> None:
    """64 kbit/s."""
    _way(stage, words).rate = THIN


async def wide(stage: Stage, words: Words) -> None:
    """As fast as it goes."""
    _way(stage, words).rate = 0


async def slow(stage: Stage, words: Words) -> None:
    """Each piece takes its time."""
    _way(stage, words).delay = float(words["delay"])


async def fast(stage: Stage, words: Words) -> None:
    """None."""
    _way(stage, words).delay = 0


def _way(stage: Stage, words: Words) -> ChaosProxy:
    return stage.ways[str(words["way"])]
