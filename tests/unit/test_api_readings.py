"""Readings of several points over the API: which, when, in pages, as a sheet, drawn small."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.fakes.api_story import Asking, told

PATH = "/api/v1/readings"


async def filled(asking: Asking) -> None:
    """Some hours of readings in several buildings."""
    for value in range(3):
        await asking.house.read("bin-1/fill_percent", 10.0 * value)
        await asking.house.read("gate-1/online", value=bool(value % 2))
        await asking.house.read("gate-3/online", value=bool(value % 2))
        await asyncio.sleep(3600)


async def asked(asking: Asking, query: str) -> list[Any]:
    """The points and values that are told, page by page."""
    found: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        path = f"{PATH}?limit=2&cursor={quote(cursor)}&{query}"
        page = (await asking.chief.get(path)).json
        found += [(each["point"], each["value"]) for each in page["items"]]
        cursor = page["next"]
    return found


def test_readings_of_several_points(tmp_path: Path) -> None:
    """By name or pattern, device, kind and place; each once, whatever a page holds."""

    async def story(asking: Asking) -> None:
        await filled(asking)
        bins = [("bin-1/fill_percent", value) for value in (0, 10, 20)]
        one, three = (
            [(f"{gate}/online", value) for value in (False, True, False)]
            for gate in ("gate-1", "gate-3")
        )
        assert await asked(asking, "points=bin-1/fill_percent") == bins
        assert await asked(asking, "points=gate-*/online&points=bin-1/*") == [*bins, *one, *three]
        assert await asked(asking, "device=gate-1") == one
        assert await asked(asking, "kind=gate") == [*one, *three]
        assert await asked(asking, "kind=gate&building=b3") == three
        assert await asked(asking, "building=none") == []
        late = quote((asking.house.clock()).isoformat())
        assert await asked(asking, f"device=gate-1&since=2026-03-01T00:00:00Z&until={late}") == one
        for wrong in (
            "cursor=no",
            "resolution=day",
            "since=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z",
        ):
            assert (await asking.chief.get(f"{PATH}?{wrong}")).status == 422
        assert (await asking.stranger.get(PATH)).status == 401

    told(tmp_path, story)


def test_a_sheet_and_small_pictures(tmp_path: Path) -> None:
    """The sheet opens in spreadsheets; the pictures are of as many points as are asked for."""

    async def story(asking: Asking) -> None:
        await filled(asking)
        sheet = await asking.chief.get(f"{PATH}/sheet?kind=gate")
        assert sheet.body.decode("utf-8-sig").splitlines()[0] == "point,name,unit,at,value,quality"
        assert len(sheet.body.decode().splitlines()) == 7
        trends = (
            await asking.chief.get(f"{PATH}/trends?points=*/online&points=bin-1/*&most=2")
        ).json
        assert [trend["point"] for trend in trends] == [
            "bin-1/fill_percent",
            "gate-1/online",
            "gate-3/online",
        ]
        assert trends[0]["unit"] == "%"
        assert (trends[0]["samples"][-1]["low"], trends[0]["samples"][-1]["high"]) == (0, 20)

    told(tmp_path, story)
