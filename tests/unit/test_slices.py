"""What is drawn in slices: whole in the end, and interrupted as often as it takes."""

from __future__ import annotations

import pytest

from edge.api import slices

PIECES = ("a", "b", "c")


def test_nothing_is_lost_between_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """However short they are; what is short enough is drawn at once."""
    for longest, interruptions in ((0.0, 3), (60.0, 0)):
        monkeypatch.setattr(slices, "SLICE_S", longest)
        drawn: list[str] = []
        assert len(list(slices.in_slices(iter(PIECES), drawn))) == interruptions
        assert drawn == [*PIECES]
