"""When everything stands still so that Python can look for what nobody needs any more."""

from __future__ import annotations

import asyncio
import gc

import pytest

from edge.gateway.collector import EVERY_S, NEVER, SETTLED_S, collect_seldom
from tests.fakes.time import run


def test_it_looks_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once when all is there, and then at what is new; never of its own accord."""
    before = gc.get_threshold()
    said: list[tuple[float, str]] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(gc, "collect", lambda: said.append((loop.time(), "collect")))
        monkeypatch.setattr(gc, "freeze", lambda: said.append((loop.time(), "freeze")))
        task = asyncio.create_task(collect_seldom(), name="collector")
        await asyncio.sleep(SETTLED_S + 2 * EVERY_S + 1)
        assert gc.get_threshold() == (*before[:2], NEVER)
        task.cancel()

    try:
        run(main())
    finally:
        gc.set_threshold(*before)
    assert said == [
        (SETTLED_S, "collect"),
        (SETTLED_S, "freeze"),
        (SETTLED_S + EVERY_S, "collect"),
        (SETTLED_S + 2 * EVERY_S, "collect"),
    ]
