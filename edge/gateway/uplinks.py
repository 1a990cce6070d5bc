"""The uplinks of the site that runs, each with a bridge of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from functools import partial
from secrets import token_hex

import structlog

from cloud_bridge.beside import Beside
from cloud_bridge.bridge import STATUS_EVERY_S, Bridge
from cloud_bridge.https import HttpsLine
from cloud_bridge.renewed_uplink import open_renewed
from cloud_bridge.requeueing import RequeueingJournal
from cloud_bridge.sieve import reported_of
from cloud_bridge.telemetry import Telemetry
from cloud_bridge.wire import Status
from edge.api.running import OfferStanding
from edge.config import Configuration, UplinkSection
from edge.config.uplink_section import HttpsSection
from edge.driver import Now, Way
from edge.evidence.sending import Outgoing
from edge.evidence.store import EvidenceStore
from edge.gateway.followers import closely_s, follower_of, followers
from edge.gateway.remote import Afar
from edge.gateway.series import SeriesWay
from edge.gateway.tasks import Start, end
from edge.history import History
from edge.keeper import Opened, keep_open
from edge.model import Reporting
from edge.pipeline import Pipeline
from edge.signs import Signs
from edge.site import Site

log = structlog.get_logger()


def second_way(uplink: str) -> str:
    """Return what the way beside an uplink's broker is called where ways are told."""
    return f"{uplink}.https"


async def showing(signs: Signs, status: Callable[[], Awaitable[Status]]) -> Status:
    """How the gateway is, for a bridge that asks again only when what it told has been taken."""
    signs.hold()  # the disk may take its time, and the way to the platform is not at fault
    told = await status()
    signs.go_on()
    signs.give(STATUS_EVERY_S)
    return told


class Uplinks:
    """Opens an uplink for each section of the site file, and knows how each stands."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a bridge needs comes from this many places
        self,
        site: Site,
        journal: RequeueingJournal,
        pipeline: Pipeline,
        afar: Afar,
        status: Callable[[], Awaitable[Status]],
        evidence: EvidenceStore,
        history: History,
        now: Now,
    ) -> None:
        self._evidence = evidence
        self._history = history
        self.series = SeriesWay(history, now)
        self._dropped: dict[str, int] = {}
        self._reported = reported_of(site)
        self._address = (site.id, site.gateway)
        self._journal = journal
        self._pipeline = pipeline
        self._afar = afar
        self._status = status
        self._now = now
        self._sections: dict[str, UplinkSection] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._standing: dict[str, tuple[bool, str]] = {}
        self._beside: dict[str, Beside] = {}

    @property
    def standing(self) -> Mapping[str, tuple[bool, str]]:
        """Whether each way is up, and why or why not; of one that was not tried yet nothing."""
        return self._standing

    @property
    def used(self) -> Collection[str]:
        """The ways that events go now."""
        first = (name for name in self._sections if self._standing.get(name, (False, ""))[0])
        return {*first, *(second_way(name) for name, own in self._beside.items() if own.used)}

    @property
    def readings(self) -> Mapping[str, int]:
        """How many readings are kept and not receipted, of those that readings go to."""
        sent = (each for each in self._sections.values() if each.telemetry is not None)
        return {each.id: self._history.follow(follower_of(each)).waiting for each in sent}

    @property
    def offered(self) -> OfferStanding | None:
        """How the last release stands that a platform has offered."""
        return self._afar.releases.fetching.standing()

    @property
    def tasks(self) -> Collection[asyncio.Task[None]]:
        """What runs for them."""
        return [*self._tasks.values(), *self.series.tasks]

    async def replace(self, configuration: Configuration, start: Start) -> None:
        """Serve its uplinks from now on; one whose section is the same is not touched."""
        self._reported = reported_of(configuration.site)
        # not waited for: a disk that hangs must not keep events from their uplinks
        start(self._follow(followers(configuration), closely_s(configuration)), "followers")
        wanted = {section.id: section for section in configuration.uplinks}
        gone = [name for name, own in self._sections.items() if wanted.get(name) != own]
        await end([self._tasks.pop(name) for name in gone if name in self._tasks])
        for name in gone:
            self._standing.pop(name, None)
            self._standing.pop(second_way(name), None)
            self._beside.pop(name, None)
        self._sections = wanted
        for name, section in wanted.items():
            if name not in self._tasks:
                self._tasks[name] = start(self._serve(section), f"uplink.{name}")
        await self.series.replace(configuration, start)

    async def requeue(self, start: Start, name: str, since: int | None) -> int:
        """Send what was refused again, or all from a number on; open the uplink anew for that."""
        count = await self._journal.requeue(name, since)
        if name in self._tasks:
            await end([self._tasks.pop(name)])
            self._beside.pop(name, None)
        if name in self._sections and name not in self._tasks:
            self._tasks[name] = start(self._serve(self._sections[name]), f"uplink.{name}")
        return count

    async def _serve(self, section: UplinkSection) -> None:
        site, gateway = self._address
        signs = Signs()
        bridge = Bridge(
            name=section.id,
            gateway=gateway,
            journal=self._journal,
            take=self._pipeline.take,
            key=self._alarm_key,
            obey=self._obey,
            configure=self._configure,
            update=self._update,
            status=partial(showing, signs, self._status),
            now=self._now,
            evidence=Outgoing(self._evidence, section.id),
            telemetry=self._telemetry(section),
        )

        async def serve(opened: Opened) -> None:
            uplink = open_renewed(section.broker, site, gateway, self._now)
            await bridge.serve(uplink, opened)

        async with asyncio.TaskGroup() as tasks:
            told = partial(self._report, section.id)
            first = keep_open(section.id, serve, told, signs=signs)
            tasks.create_task(first, name=f"uplink.{section.id}.first")
            if section.https is not None:
                beside = self._second(section.id, section.https, bridge)
                tasks.create_task(beside.run(), name=f"uplink.{section.id}.second")

    def _second(self, uplink: str, section: HttpsSection, bridge: Bridge) -> Beside:
        """The way beside the broker, to the same platform."""
        beside = Beside(
            name=uplink,
            journal=self._journal,
            bridge=bridge,
            line=lambda: HttpsLine(section),
            report=partial(self._report, second_way(uplink)),
            now=self._now,
        )
        self._beside[uplink] = beside
        return beside

    async def _report(self, name: str, way: Way, reason: str) -> None:
        self._standing[name] = (way == "up", reason)
        log.info("uplink.changed", uplink=name, way=way, reason=reason)

    async def _follow(self, names: Sequence[str], within_s: float) -> None:
        """Have these follow the history; what was dropped until then has been told long ago."""
        await self._history.set_followers(names, within_s)
        for name in names:
            self._dropped.setdefault(name, self._history.follow(name).dropped)

    def _telemetry(self, section: UplinkSection) -> Telemetry | None:
        if section.telemetry is None:
            return None
        name = follower_of(section)
        tail = self._history.follow(name)
        return Telemetry(
            tail=tail,
            dropped=lambda: tail.dropped - self._dropped.get(name, tail.dropped),
            reported=self._how,
            linger=section.telemetry.linger,
            site=self._address[0],
            life=token_hex(6),
        )

    def _how(self, point: str) -> Reporting | None:
        """How a point is reported now: the site may be another one tomorrow."""
        return self._reported(point)

    async def _obey(self, body: bytes, retained: bool) -> None:  # noqa: FBT001 - as it is on the wire
        await self._afar.orders.take(body, "retained" if retained else "live")

    async def _configure(self, body: bytes, retained: bool) -> None:  # noqa: FBT001 - as it is on the wire
        await self._afar.configuring.take(body, "retained" if retained else "live")

    async def _update(self, body: bytes, retained: bool) -> None:  # noqa: FBT001 - as it is on the wire
        await self._afar.releases.offers.take(body, "retained" if retained else "live")

    def _alarm_key(self, number: int) -> str:
        alarm = self._pipeline.alarms.all.get(number)
        return alarm.key if alarm else ""
