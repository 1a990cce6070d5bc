"""The broker is out of reach, and what the platform's second way, HTTPS, does meanwhile."""

from __future__ import annotations

from collections.abc import Mapping

from tests.system.proof.schedule import Value
from tests.system.proof.stage import Stage

Words = Mapping[str, Value]


async def begin(stage: Stage, words: Words) -> None:
    """Only HTTPS is left, and answers as it is told to: `fault` is empty for a way that works."""
    stage.ways["cloud"].hold("up", "down")
    stage.ways["cloud"].reset()
    await stage.platform.tell(do="door", fault=words["fault"], expired=words["expired"])


async def end(stage: Stage, words: Words) -> None:
    """Both ways are well."""
    del words
    await stage.platform.tell(do="door", fault="", expired=0)
    stage.ways["cloud"].let("up", "down")
