"""The page for the night leaves no alarm out."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from cloud_bridge.wire import TYPES
from edge.alarms.flood import MARK
from edge.config.site_alarms import IN_CODE
from edge.profiles import Profiles, shipped
from tests.source_tree import ROOT

PAGES = ("docs/how-to/at-night.md", "docs/how-to/at-night.zh-CN.md")
WORD = re.compile(r"`([a-z_]+\.[a-z_]+)`")
OF_ITSELF = (
    *("gateway.", "link.", "uplink.", "buffer.", "records.", "delivery.", "device."),
    *("audit.", "config.", "update."),
)


def raised() -> set[str]:
    """What can stand on the page at night: categories of alarms, the gateway's own events."""
    profiles = Profiles(shipped())
    alarms = [alarm for name in profiles.ids() for alarm in profiles.get(name).alarms.values()]
    kinds = (each.removeprefix("community.").removesuffix(".v1") for each in TYPES)
    own = {kind for kind in kinds if kind.startswith(OF_ITSELF)}
    return {*IN_CODE, *(alarm.category for alarm in alarms), *own}


def named(page: str) -> Counter[str]:
    """What the first column of its tables names."""
    text = (ROOT / page).read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("|")]
    return Counter(word for cell in rows for word in WORD.findall(cell))


@pytest.mark.parametrize("page", PAGES)
def test_every_alarm_says_what_to_do(page: str) -> None:
    """Each once, and none that nothing raises any more."""
    found, wanted = named(page), raised()
    assert wanted - set(found) == set(), "write what to do"
    assert set(found) - wanted == set(), "nothing raises these"
    assert [word for word, count in found.items() if count > 1] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_storm_is_there_too(page: str) -> None:
    """Its key is made of a device and a category, and so has none of its own."""
    assert f"…{MARK}…" in (ROOT / page).read_text(encoding="utf-8")
