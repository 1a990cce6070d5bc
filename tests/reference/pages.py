"""Every page of the reference by its path in the repository."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.fakes import time
from tests.fakes.house import FakeHouse
from tests.reference.alarms_page import alarms_page
from tests.reference.commands_page import commands_page
from tests.reference.devices_page import devices_page
from tests.reference.events_page import events_page
from tests.reference.metrics_page import metrics_page
from tests.reference.routes_page import routes_page
from tests.reference.site_page import site_page
from tests.reference.supported_page import supported_page

FOLDER: Final = "docs/reference"


def pages() -> Mapping[str, str]:
    """The text of each page; the same every time for the same code."""
    with TemporaryDirectory() as folder:
        lent = FakeHouse(Path(folder))
        routes, metrics = time.run(_of_a_gateway(lent))
    return {
        f"{FOLDER}/site-file.md": site_page("en"),
        f"{FOLDER}/site-file.zh-CN.md": site_page("zh"),
        f"{FOLDER}/commands.md": commands_page("en"),
        f"{FOLDER}/commands.zh-CN.md": commands_page("zh"),
        f"{FOLDER}/devices.md": devices_page(),
        f"{FOLDER}/alarms.md": alarms_page(),
        f"{FOLDER}/events.md": events_page(),
        f"{FOLDER}/api.md": routes,
        f"{FOLDER}/metrics.md": metrics,
        "SUPPORTED.md": supported_page(),
    }


async def _of_a_gateway(lent: FakeHouse) -> tuple[str, str]:
    """What only an application tells of itself."""
    async with lent.lives():
        return routes_page(lent.app), metrics_page(lent.house, lent.standing)
