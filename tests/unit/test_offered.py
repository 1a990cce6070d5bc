"""Which offers a box can take, when one may be installed, and what people read of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from cloud_bridge.contract.examples import RAISED
from cloud_bridge.wire.offers import MAX_RELEASE_BYTES, Offer, WindowDoc
from edge.api.running import OfferStanding
from edge.api.ui.update_check import state_of
from edge.config import Configuration, load
from edge.errors import ConfigError
from edge.gateway.offered import is_open, unfit, urgent
from edge.gateway.updates import seen_of
from edge.model import Alarm, Lane, OfferPhase, Text
from edge.update.box import Box
from edge.update.record import Record, Result, Trial
from tests.fakes.releases import AT, NEW, OLD, box_at

SITE = """
site: {id: s, name: {zh: 测试, en: Test}, language: en}
gateway: {id: gw}
links: []
devices: []
"""
UPDATES = "updates: {url: 'https://Releases.example:8443/any'}\n"


def loaded(folder: Path, more: str = UPDATES) -> Configuration:
    """A site with this section."""
    site = folder / "site.yaml"
    site.write_text(SITE + more, encoding="utf-8")
    return load(site)


def offered(**changes: object) -> Offer:
    """An offer that fits."""
    sides: dict[str, object] = {
        "site": "s",
        "gateway": "gw",
        "offer": 1,
        "version": NEW,
        "url": "https://releases.example:8443/r",
        "size": 1,
        "sha256": "0" * 64,
        "issued_by": "li",
        "issued_at": AT,
        "expires_at": AT,
        "nonce": "n",
    }
    return Offer(**(sides | changes))  # type: ignore[arg-type] # by name


def test_what_cannot_be_taken(tmp_path: Path) -> None:
    """Another server or port, one that is not newer, one too large, no box, no section."""
    site = loaded(tmp_path)
    assert unfit(offered(), site, OLD) is None
    for changes, why in (
        ({"url": "https://releases.example/r"}, "another server"),
        ({"url": "https://releases.example.evil:8443/r"}, "another server"),
        ({"url": "https://releases.example:99999/r"}, "another server"),
        ({"version": OLD}, "not newer"),
        ({"version": "0.0.9"}, "not newer"),
        ({"version": "x.y"}, "no version"),
        ({"size": MAX_RELEASE_BYTES + 1}, "too large"),
    ):
        told = unfit(offered(**changes), site, OLD)
        assert told is not None
        assert why in told.en
    assert unfit(offered(), site, "") is not None
    assert unfit(offered(), loaded(tmp_path, ""), OLD) is not None


@pytest.mark.parametrize("url", ["http://a.example", "https://a.example:0", "https://a@b.example"])
def test_a_site_names_a_server_over_tls(tmp_path: Path, url: str) -> None:
    """And nothing else."""
    with pytest.raises(ConfigError):
        loaded(tmp_path, f"updates: {{url: '{url}'}}\n")


@pytest.mark.parametrize(
    ("begins", "ends", "hours"),
    [
        ("02:00", "05:00", {2, 3, 4}),
        ("22:00", "02:00", {22, 23, 0, 1}),
        ("00:00", "00:00", set(range(24))),
    ],
)
def test_hours_may_go_over_midnight(begins: str, ends: str, hours: set[int]) -> None:
    """The end is not part of them; without any it may be installed at any time."""
    window = WindowDoc(begins=begins, ends=ends)
    days = [datetime(2026, 1, 1, hour, tzinfo=UTC) for hour in range(24)]
    assert {each.hour for each in days if is_open(window, each)} == hours
    assert all(is_open(None, each) for each in days)


def test_an_alarm_of_life_and_limb_is_named() -> None:
    """Others keep nothing waiting."""
    alarm = Alarm(key="lift-1/trapped", number=1, raised=RAISED, since=AT)
    assert RAISED.lane is Lane.LIFE_SAFETY
    told = urgent([alarm])
    assert told is not None
    assert told.en.endswith("lift-1/trapped")
    assert urgent([]) is None


def test_how_an_update_went_is_found_after_a_mark(tmp_path: Path) -> None:
    """Not what was before, not another version, not what the record does not hold any more."""
    box_at(tmp_path)
    box = Box(tmp_path)
    failed = Result(version=NEW, before=OLD, outcome="refused", at=AT)
    box.note(lambda _: Record(results=(failed,)))
    assert seen_of(tmp_path, None, NEW).result is None
    mark = seen_of(tmp_path, None, NEW).mark
    assert mark == failed.origin
    assert seen_of(tmp_path, mark, NEW).result is None
    kept = Result(version=NEW, before=OLD, outcome="kept", at=AT.replace(year=2020))
    trial = Trial(version=NEW, before=OLD, began=AT)
    box.note(lambda record: Record(trial=trial, results=(*record.results, kept)))
    seen = seen_of(tmp_path, mark, NEW)
    assert (seen.result, seen.trial) == (kept, True)
    assert seen_of(tmp_path, mark, "0.3.0").result is None
    assert seen_of(tmp_path, "forgotten", NEW).result == kept


@pytest.mark.parametrize(
    ("state", "reason", "told"),
    [
        ("accepted", "", "is fetched, 25%, to be installed between 02:00 and 05:00"),
        ("waiting", "it burns", "is here, and waits, to be installed between 02:00 and 05:00, it"),
        ("installed", "", "was installed"),
        ("refused", "its hash", "was not taken, its hash"),
    ],
)
def test_the_page_says_how_far_it_is(state: OfferPhase, reason: str, told: str) -> None:
    """With its hours as long as they matter, and the reason."""
    standing = OfferStanding(
        offer=1,
        release=NEW,
        state=state,
        had=25,
        size=100,
        reason=Text(reason, reason),
        window=("02:00", "05:00"),
        expires=AT,
    )
    assert state_of(standing).en.startswith(told)
