"""A gateway that moves to another box while the first goes on for a while: no number twice."""

from __future__ import annotations

import os
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import apsw
import pytest

from edge.__main__ import main
from simulators.ports import free_port
from tests.fakes.fire_site import FIRE_SITE
from tests.fakes.process import GatewayUnderTest, gateway

pytestmark = pytest.mark.timeout(240)

PATIENCE_S: Final = 60.0
SITE: Final = (
    FIRE_SITE
    + """\
uplinks: [{{id: city, type: mqtt, broker: {{host: 127.0.0.1, port: 9}}}}]
"""
)


def numbers(life: GatewayUnderTest) -> list[int]:
    """The events in its journal, as somebody reads them who looks at the file."""
    with closing(apsw.Connection(str(life.journal), flags=apsw.SQLITE_OPEN_READONLY)) as db:
        db.set_busy_timeout(5_000)
        return [number for (number,) in db.execute("SELECT number FROM event ORDER BY number")]


def more_than(life: GatewayUnderTest, count: int) -> list[int]:
    """The events, when there are more than so many."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(apsw.Error):  # it is being made
            if len(found := numbers(life)) > count:
                return found
        os.sched_yield()
    raise AssertionError(f"no more than {count} events came")


def test_no_number_is_used_by_both_boxes(tmp_path: Path) -> None:
    """Backed up while it runs; the old box goes on, the new one has all and begins far above."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.mkdir()
    out = tmp_path / "site.zip"
    with gateway(old, SITE.format(port=free_port())) as first:
        before = more_than(first, 1)
        assert main(["backup", str(first.site_file), str(out)]) == 0
        assert first.stop() == 0
        first.start()
        after = more_than(first, len(before) + 1)
    assert main(["restore", str(out), str(new)]) == 0
    with gateway(new, (new / "site.yaml").read_text(encoding="utf-8")) as second:
        moved = more_than(second, len(before))
        assert moved[: len(before)] == before
        assert not set(moved[len(before) :]) & set(after)
        assert moved[len(before)] > after[-1] + 10**9
        assert second.stop() == 0
    assert main(["journal", "fsck", str(new / "site.yaml")]) == 0
