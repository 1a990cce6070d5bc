"""What a site file may say about the history, and what it may not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import ValidationError

from edge.config.history_section import HistorySection, format_size, parse_size
from edge.history.keeping import GIGABYTE, MEGABYTE, USUAL, Keeping


def test_it_is_what_is_usual_or_what_is_written() -> None:
    """Sizes and ages as people write them."""
    assert HistorySection().plain() == USUAL
    section = HistorySection.model_validate({"size": "512MB", "raw": "2d", "hours": "365d"})
    assert section.plain() == Keeping(
        size=512 * MEGABYTE, raw=timedelta(days=2), hours=timedelta(days=365)
    )
    assert section.model_dump(mode="json")["size"] == "512MB"
    for size in (64 * MEGABYTE, 1500 * MEGABYTE, 3 * GIGABYTE):
        assert parse_size(format_size(size)) == size


@pytest.mark.parametrize(
    "written",
    [
        {"size": "512"},
        {"size": "0.5GB"},
        {"size": "63MB"},
        {"size": "1001GB"},
        {"size": True},
        {"raw": "59min"},
        {"raw": "61d"},
        {"minutes": "10d", "hours": "9d"},
        {"days": "1d"},
    ],
)
def test_what_does_not_fit_is_refused(written: dict[str, object]) -> None:
    """A size without its unit or out of range, coarser figures that go before the finer ones."""
    with pytest.raises(ValidationError):
        HistorySection.model_validate(written)
