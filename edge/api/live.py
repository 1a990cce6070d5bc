"""What changes, told to all who watch: looked at once, encoded once, sent to everybody."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Coroutine, Hashable, Iterable, Iterator, Sequence
from http import HTTPStatus
from typing import Any, Final, Literal

import structlog

from edge.access.roles import GRANTS, Principal
from edge.api.channels import Channel, Seat, World
from edge.api.giving_way import GivingWay
from edge.api.house import House
from edge.api.live_points import OF_ONE, Points
from edge.api.problems import problem
from edge.api.running import Running, Standing
from edge.api.track import Track
from edge.api.viewer import Viewer, encode
from edge.api.words import Language
from edge.logs import frames

MOST_VIEWERS: Final = 200
MOST_OF_ONE: Final = 10
"""Of one account: a few pages in a few browsers."""

LOOK_S: Final = 0.25
STANDING_S: Final = 2.0
"""How often is looked; how the gateway stands is asked less often, as that looks at the disk."""

MOST_DIGITS: Final = 15
"""Of an event's number: a thousand years of them."""

LINGERS_S: Final = 20.0
"""A channel that nobody watches is looked at for so long, for who comes back."""

log = structlog.get_logger()


class Broadcaster:
    """Looks at the gateway while somebody watches, and tells all of them what has changed.

    `channels` is what can be watched; pages add their own. A viewer is sent first a `reset` with
    the name of each channel and all that it shows, then what changes; while nothing can run, an
    event `repair`. The task that looks ends when nobody has watched for a while, or by `close`.
    """

    def __init__(self, house: House, channels: Iterable[Channel] = ()) -> None:
        self._house = house
        self._give_way = GivingWay(house)
        self._channels = {channel.name: channel for channel in channels}
        self._boot = secrets.token_hex(4)
        self._number = 0
        self._tracks: dict[tuple[str, Hashable], Track] = {}
        self._viewers: dict[Viewer, tuple[Track, ...]] = {}
        self._running: Running | None = None
        self._standing: Standing | None = None
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def watched(self) -> int:
        """How many watch."""
        return len(self._viewers)

    def add(self, channel: Channel) -> None:
        """Let something further be watched."""
        self._channels[channel.name] = channel

    def join(
        self,
        who: Principal,
        names: Sequence[str],
        language: Language | Literal[""] = "",
        since: str = "",
    ) -> Viewer:
        """Begin to watch: what was missed since an event's id comes first, or else everything.

        Whoever joins leaves again. A problem where nobody knows a name, or too many watch.
        """
        account = f"{who.door}:{who.name}"
        self._check(account)
        may = frozenset(permission for permission in GRANTS[who.role] if who.may(permission))
        seat = Seat(language=language, buildings=who.buildings, permissions=may)
        channels = [self._channel(who, name) for name in dict.fromkeys(names)]
        keys = tuple((channel.name, channel.key(seat)) for channel in channels)
        boot = f"{self._boot}{hash(keys) & 0xFFFFFFFF:08x}"
        viewer = Viewer(account, boot, self._give_way.to_what_is_kept, turn=len(self._viewers))
        tracks = tuple(self._track(channel, seat) for channel in channels)
        self._begin(viewer, tracks, since)
        self._viewers[viewer] = tracks
        for track in tracks:
            track.viewers.add(viewer)
        if "live" not in self._tasks:
            self._start("live", self._run())
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """Watch no more."""
        now = asyncio.get_running_loop().time()
        for track in self._viewers.pop(viewer, ()):
            track.viewers.discard(viewer)
            track.left_at = now

    def close(self) -> None:
        """Send everybody away, who may come again, and look no more."""
        self._end_all()
        for task in self._tasks.values():
            task.cancel()
        self._tasks.clear()

    def _channel(self, who: Principal, name: str) -> Channel:
        """The channel of this name; `points/DEVICE` are those of one device."""
        channel = self._channels.get(name)
        if channel is None and name.startswith(OF_ONE):
            channel = Points(name.removeprefix(OF_ONE))
        if channel is None or not who.may(channel.permission):
            words = f"没有频道 {name}", f"there is no channel {name}"
            raise problem(HTTPStatus.NOT_FOUND, *words)
        return channel

    def _check(self, account: str) -> None:
        if len(self._viewers) >= MOST_VIEWERS:
            words = "观看的人太多，稍后再试", "too many watch, try again later"
            raise problem(HTTPStatus.SERVICE_UNAVAILABLE, *words, code="crowded", retry=30)
        own = sum(viewer.account == account for viewer in self._viewers)
        if own >= MOST_OF_ONE:
            words = "您打开的页面太多，先关掉几个", "you have too many pages open, close some"
            raise problem(HTTPStatus.TOO_MANY_REQUESTS, *words, code="crowded", retry=30)

    def _track(self, channel: Channel, seat: Seat) -> Track:
        key = (channel.name, channel.key(seat))
        track = self._tracks.get(key)
        if track is None:
            track = self._tracks[key] = Track(channel, seat, self._number)
        return track

    def _begin(self, viewer: Viewer, tracks: Sequence[Track], since: str) -> None:
        """Tell what was missed, or everything."""
        for _ in self._looks(tracks):
            pass
        boot, _, number = since.rpartition("-")
        known = boot == viewer.boot and number.isdecimal() and len(number) <= MOST_DIGITS
        world = self._world()
        told = [(self._number, self._repair())] if world.current is None else []
        for track in tracks:
            if track.can(world):
                missed = track.missed(int(number)) if known else None
                if missed is None:
                    missed = [(self._number, track.whole(world))]
                told += missed
        told.sort(key=lambda each: each[0])
        if together := b"".join(frame for _, frame in told):
            viewer.give(self._number, together)

    async def _run(self) -> None:
        """Look, as long as anybody watches or may come back."""
        loop = asyncio.get_running_loop()
        ask_at = loop.time()
        while self._tracks:
            if loop.time() >= ask_at and "live standing" not in self._tasks:
                self._start("live standing", self._ask_standing())
                ask_at = loop.time() + STANDING_S
            for _ in self._looks(tuple(self._tracks.values())):
                await self._give_way()
            self._forget(loop.time() - LINGERS_S)
            await asyncio.sleep(LOOK_S)

    def _looks(self, tracks: Sequence[Track]) -> Iterator[None]:
        """Tell everybody what has changed in these; yield after each, and within a long one."""
        before, self._running = self._running, self._world().current
        if self._running is not before:
            for track in self._tracks.values():
                track.begin_anew()
        if self._running is None and before is not None:
            self._number += 1
            self._send(tuple(self._viewers), self._repair())
        for track in tracks:
            world = self._world()
            if track.can(world):
                frame = yield from track.advance(world)
                if frame is not None:
                    self._number += 1
                    track.past.append((self._number, frame))
                    self._send(tuple(track.viewers), frame)
            yield

    def _world(self) -> World:
        current, at = self._house.current(), self._house.now()
        return World(current=current, standing=self._standing, at=at)

    def _send(self, viewers: Iterable[Viewer], frame: bytes) -> None:
        """Lay it down for each; who has not taken what came before is not waited for."""
        for viewer in viewers:
            if not viewer.give(self._number, frame):
                log.info("live.dropped", account=viewer.account)
                self.leave(viewer)

    def _repair(self) -> bytes:
        """What is sent while the site file cannot be run: how much is wrong with it."""
        return encode("repair", str(len(self._house.problems())))

    def _forget(self, before: float) -> None:
        for key, track in tuple(self._tracks.items()):
            if not track.viewers and track.left_at <= before:
                del self._tracks[key]

    async def _ask_standing(self) -> None:
        running = self._house.current()
        self._standing = await running.standing() if running else None

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks[name] = task

        def ended(_: asyncio.Task[None]) -> None:
            if self._tasks.get(name) is task:
                del self._tasks[name]
            fault = None if task.cancelled() else task.exception()
            if fault is not None:
                log.error("live.fault", task=name, fault=repr(fault), at=frames(fault))
                self._end_all()

        task.add_done_callback(ended)

    def _end_all(self) -> None:
        for viewer in tuple(self._viewers):
            self.leave(viewer)
            viewer.end()
        self._tracks.clear()
