"""What is kept of a point whose profile has a deadband."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from edge.history import History
from edge.history.noted import REPEATED
from edge.model import Point, Quality, Reading, Text
from tests.fakes.history import at, live, read
from tests.fakes.rule_life import device
from tests.fakes.site import bare_site

REPEATED_S = REPEATED.total_seconds()


async def all_of(history: History, point: str) -> list[Reading]:
    """Everything that is kept of a point."""
    return [*await history.readings([point], at(-1), at(2 * REPEATED_S), 10_000)]


def test_a_change_within_the_deadband_is_none(tmp_path: Path) -> None:
    """Measured from what was kept, so that no drift escapes; a change of quality always counts."""
    load = Point(name="load", type="float", text=Text("载重", "Load"), deadband=2.0)
    name, lift = device("p", kind="lift")
    site = bare_site(devices={name: replace(lift, points={"load": load})})

    async def story(history: History) -> list[Reading]:
        history.serve(site)
        for second, value in enumerate((10.0, 11.9, 8.1, 12.0, 13.0, 14.1, None, 14.0)):
            for point in ("p/load", "p/part.load", "p/other"):
                history.add(read(second, value, point))
        history.add(read(100, 14.5, "p/load"))
        history.add(read(101, 14.6, "p/load", Quality.UNCERTAIN))
        history.add(read(REPEATED_S + 101, 14.7, "p/load", Quality.UNCERTAIN))
        assert len(await all_of(history, "p/other")) == 8
        assert len(await all_of(history, "p/part.load")) == 5
        return await all_of(history, "p/load")

    assert [each.value for each in live(tmp_path, story)] == [
        *(10.0, 12.0, 14.1, None, 14.0, 14.6),
        14.7,
    ]
