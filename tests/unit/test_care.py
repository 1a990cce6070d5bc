"""What the gateway tells of itself while it runs: its status, its platform, its audit log."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from cloud_bridge.journal import Journal
from edge.access.audit import Audit
from edge.api.running import OfferStanding
from edge.certificate import ensure_certificate
from edge.certificate_making import BACKDATED, LASTS
from edge.config import Configuration
from edge.config.uplink_section import UplinkSection
from edge.driver import Report
from edge.gateway.care import Care
from edge.gateway.uplinks import Uplinks
from edge.model import AuditMarked, CertificateEnding, LinkChanged, Text
from edge.state import State
from tests.fakes import time as virtual
from tests.fakes.journal import narrate
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH

HOUR_S = 3600.0
CERTIFICATE_LASTS = LASTS - BACKDATED
OFFERED = OfferStanding(
    offer=3,
    release="0.2.0",
    state="waiting",
    had=9,
    size=9,
    reason=Text("着火", "it burns"),
    window=None,
    expires=EPOCH,
)


def configuration(store: Path) -> Configuration:
    """A site with one platform."""
    own = {"cert_file": str(store / "gw.crt"), "key_file": str(store / "gw.key")}
    city = UplinkSection.model_validate(
        {"id": "city", "type": "mqtt", "broker": {"host": "localhost", "port": 1, "tls": own}}
    )
    return Configuration(
        site=bare_site(), links=(), alarms=(), doors={}, uplinks=(city,), store=store
    )


@dataclass
class House:
    """A gateway as far as it looks at itself: `up` is how its platform is."""

    store: Path
    up: tuple[bool, str] = (True, "")
    state: State = field(default_factory=State)
    reports: list[Report] = field(default_factory=list)
    states: dict[str, bytes] = field(default_factory=dict)

    def live(self, story: Callable[[Care, Uplinks], Coroutine[Any, Any, None]]) -> None:
        """Run it while the story is told; what it keeps is there the next time."""
        journal = Journal(self.store / "journal.db", ["city"], narrate, now=lambda: EPOCH)
        virtual.run(self._live(journal, story))

    @property
    def told(self) -> list[str]:
        """The kinds of what was told, in order."""
        return [record.kind for report in self.reports for record in report.records]

    async def _live(
        self, journal: Journal, story: Callable[[Care, Uplinks], Coroutine[Any, Any, None]]
    ) -> None:
        found = configuration(self.store)
        journal.states = dict(self.states)
        care = Care(
            found,
            journal,
            self.state,
            version="1",
            running=lambda: "c0ffee",
            revision=lambda: 7,
            now=virtual.now,
        )
        series = SimpleNamespace(standing=None)
        seen = SimpleNamespace(
            standing=_Standing(self), used=(), readings={}, series=series, offered=OFFERED
        )
        uplinks = cast("Uplinks", seen)
        watching = asyncio.create_task(care.watch(uplinks, self._take), name="care")
        try:
            await story(care, uplinks)
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
            await journal.close()

    async def _take(self, report: Report) -> None:
        self.reports.append(report)
        self.states |= {key: body for key, body in report.states.items() if body is not None}


class _Standing(Mapping[str, tuple[bool, str]]):
    """How the platform is at the moment of asking."""

    def __init__(self, house: House) -> None:
        self._house = house

    def __getitem__(self, name: str) -> tuple[bool, str]:
        if name != "city":
            raise KeyError(name)
        return self._house.up

    def __iter__(self) -> Any:
        return iter(("city",))

    def __len__(self) -> int:
        return 1


def test_the_status_says_how_the_box_is(tmp_path: Path) -> None:
    """Before the first look nothing of it; then disk, configuration, uptime, the worst link."""
    house = House(tmp_path)

    async def story(care: Care, uplinks: Uplinks) -> None:
        assert (await care.status(uplinks, 0)).machine is None
        house.state.follow(LinkChanged(link="a", up=False, reason="cut", at=EPOCH))
        house.state.follow(LinkChanged(link="b", up=True, reason="", at=EPOCH))
        await asyncio.sleep(90)
        status = await care.status(uplinks, 2)
        assert status.machine is not None
        assert (status.machine.configuration, status.machine.revision) == ("c0ffee", 7)
        offered = status.machine.update
        assert offered is not None
        assert (offered.offer, offered.state, offered.reason) == (3, "waiting", "it burns")
        assert status.machine.disk_free > 0
        assert status.uptime == 90
        assert status.open_alarms == 2
        assert status.buffer.events is None, "nothing came that could be measured"
        assert status.buffer.evidence == timedelta(days=7).total_seconds()
        down, up = status.links
        assert (down.since, up.since) == (EPOCH, None)

    house.live(story)


def test_a_platform_that_is_away_is_told_with_what_is_known_of_it_then(tmp_path: Path) -> None:
    """The event and what is remembered of it go to the disk together; a start tells neither."""
    house = House(tmp_path, up=(False, "refused"))

    async def outage(care: Care, uplinks: Uplinks) -> None:
        del care, uplinks
        await asyncio.sleep(14 * 60)
        assert house.told == []
        await asyncio.sleep(5 * 60)
        assert house.told == ["uplink.offline"]

    async def back(care: Care, uplinks: Uplinks) -> None:
        del care, uplinks
        await asyncio.sleep(20 * 60)
        assert house.told == ["uplink.offline"]
        house.up = (True, "")
        await asyncio.sleep(60)
        assert house.told == ["uplink.offline", "uplink.online"]

    house.live(outage)
    house.live(back)


def test_a_gateway_that_starts_often_tells_of_its_outage_all_the_same(tmp_path: Path) -> None:
    """How long the platform has been away is kept; each start goes on from there."""
    house = House(tmp_path, up=(False, "refused"))

    async def five_minutes(care: Care, uplinks: Uplinks) -> None:
        del care, uplinks
        await asyncio.sleep(5 * 60 + 10)

    for _ in range(3):
        assert house.told == []
        house.live(five_minutes)
    house.live(five_minutes)
    assert house.told == ["uplink.offline"]


def test_the_head_of_the_audit_log_is_told_each_hour_when_it_moved(tmp_path: Path) -> None:
    """At the start, and an hour later; not where nobody did anything, nor again after a start."""
    house = House(tmp_path)

    async def note() -> None:
        audit = Audit(tmp_path, virtual.now)
        await audit.note(None, "session.opened")
        await audit.close()

    def marks() -> list[int]:
        records = [record for report in house.reports for record in report.records]
        return [each.number for each in records if isinstance(each, AuditMarked)]

    async def first(care: Care, uplinks: Uplinks) -> None:
        del care, uplinks
        await note()
        await asyncio.sleep(60)
        assert marks() == [1]
        await note()
        await note()
        await asyncio.sleep(HOUR_S / 2)
        assert marks() == [1]
        await asyncio.sleep(HOUR_S)
        assert marks() == [1, 3]
        await asyncio.sleep(3 * HOUR_S)
        assert marks() == [1, 3]

    async def second(care: Care, uplinks: Uplinks) -> None:
        del care, uplinks
        await asyncio.sleep(2 * HOUR_S)
        assert marks() == [1, 3]

    house.live(first)
    house.live(second)


def test_a_certificate_that_ends_is_told_once_with_how_long_is_left(tmp_path: Path) -> None:
    """The gateway's own at its platform, not the page's, that renews itself; nor after a start."""
    house = House(tmp_path)
    almost_over = EPOCH - CERTIFICATE_LASTS + timedelta(days=13)
    ensure_certificate(tmp_path, [], lambda: almost_over)
    (tmp_path / "gw.crt").write_bytes((tmp_path / "page.crt").read_bytes())

    async def story(care: Care, uplinks: Uplinks) -> None:
        del care, uplinks
        await asyncio.sleep(HOUR_S)
        records = [record for report in house.reports for record in report.records]
        (ending,) = records
        assert isinstance(ending, CertificateEnding)
        assert (ending.use, ending.whose, ending.days) == ("client", "city", 14)

    house.live(story)
    house.live(story)


def test_what_another_version_kept_is_begun_anew(tmp_path: Path) -> None:
    """A shape that nobody knows any more keeps no gateway from starting."""
    house = House(tmp_path, states={"care": b'{"alone": 7}'})

    async def story(care: Care, uplinks: Uplinks) -> None:
        await asyncio.sleep(60)
        assert (await care.status(uplinks, 0)).machine is not None

    house.live(story)


def test_a_store_that_is_gone_does_not_end_the_gateway(tmp_path: Path) -> None:
    """It is looked at again; what was known of the box stays until then."""
    store = tmp_path / "var"
    house = House(store)

    async def story(care: Care, uplinks: Uplinks) -> None:
        care.serve(replace(configuration(store), store=tmp_path / "gone"))
        await asyncio.sleep(120)
        assert (await care.status(uplinks, 0)).machine is None
        care.serve(configuration(store))
        await asyncio.sleep(60)
        assert (await care.status(uplinks, 0)).machine is not None

    house.live(story)
