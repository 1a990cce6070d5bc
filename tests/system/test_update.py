"""A box with a full journal goes to a newer release and back, and its power goes meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.system.updating.story import play

pytestmark = [pytest.mark.usefixtures("mosquitto_path"), pytest.mark.timeout(600)]

CUTS = 5
EVENTS = 10_000
SEED = 5


def test_upgrade_and_downgrade_with_a_full_journal_under_power_cuts(tmp_path: Path) -> None:
    """The newer one has a further schema; no event is lost, no file of the site is touched."""
    course: list[str] = []
    seen = play(tmp_path, CUTS, EVENTS, SEED, course.append)
    assert course[-2:] == ["install: 0.2.0 runs", "back: 0.1.0 runs"]
    assert len(seen.cuts) == CUTS
    assert seen.kept == EVENTS
    came = [int(each["sequence"]) for each in seen.delivered]
    assert came[:EVENTS] == list(range(came[0], came[0] + EVENTS)), "what waited came whole"
    assert set(seen.wanted) <= set(came), "and what was kept since"
    assert seen.kinds.count("gateway.updated") >= 2, "forth and back"
