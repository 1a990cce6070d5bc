"""What is drawn in slices: whole in the end, and interrupted as often as it takes."""

from __future__ import annotations

from edge.api.slices import in_slices

PIECES = ("a", "b", "c")


def test_nothing_is_lost_between_slices() -> None:
    """However short they are; what is short enough is drawn at once."""
    for longest, interruptions in ((0.0, 3), (60.0, 0)):
        drawn: list[str] = []
        assert len(list(in_slices(iter(PIECES), drawn, longest))) == interruptions
        assert drawn == [*PIECES]
