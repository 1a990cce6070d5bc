"""Configurations from afar: believed or refused, never older than what came, told how they went."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal, Protocol

import msgspec
import structlog

from cloud_bridge.belief import Belief, Kind, Refused, digest_of
from cloud_bridge.orders import How, Journal, PlatformKey
from cloud_bridge.ration import Ration
from cloud_bridge.wire.limits import MAX_NUMBER
from cloud_bridge.wire.revisions import Revision, open_revision, read_revision
from edge.driver import Now, Report
from edge.model import ConfigurationChanged, Text

STATE: Final = "configuration.revision"
"""The journal's key of the last revision that came."""

LONGEST_LIFE: Final = timedelta(hours=24)
"""What waits for longer was made for another day."""

TOLD_A_MINUTE: Final = 10
"""Refusals that become events; of more only the log tells."""

State = Literal["applied", "rolled_back"]

log = structlog.get_logger()


class Declined(ValueError):
    """Why the gateway does not try it; the reasons are for a person."""

    def __init__(self, *reasons: Text) -> None:
        super().__init__(reasons[0].en)
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Begun:
    """It is on trial: the gateway's own number of it, and the hash of its files."""

    version: int
    hash: str


@dataclass(frozen=True, slots=True)
class Ended:
    """How a trial ended, and why it was taken back."""

    state: State
    version: int
    hash: str
    reasons: tuple[Text, ...] = ()


class Office(Protocol):
    """Who tries configurations and notes who asked; see `edge.gateway.office`."""

    def which(self) -> str:
        """The hash of the files that run; blocks."""
        ...

    def trying(self) -> bool:
        """Whether a configuration is on trial, whoever it came from."""
        ...

    async def installs(self, release: str, offer: int, by: str) -> None:
        """Note who has a release installed; `OSError` when that cannot be kept."""
        ...

    async def begin(self, revision: Revision, by: str) -> Begun:
        """Begin with the trial; `Declined` says why not, and then nothing has changed."""
        ...

    async def end(self, version: int) -> Ended:
        """Return how the trial of a version ended, when it has."""
        ...

    async def recall(self, revision: int) -> Ended | None:
        """Return how a trial ended that a start has cut short; none when there was none."""
        ...


class Last(msgspec.Struct, frozen=True):
    """The last revision that came, by whom, and whether it is not known yet how that went."""

    revision: int
    digest: str
    by: str
    open: bool


_KIND: Final = Kind(
    name="revision",
    opened=open_revision,
    read=read_revision,
    granted=lambda grant: grant.configuration,
    longest=LONGEST_LIFE,
)


class Configuring:
    """Takes raw messages; a revision is on disk before it is tried, and none below it ever is."""

    def __init__(  # noqa: PLR0913 - the one place where these meet
        self,
        address: tuple[str, str],
        keys: Mapping[str, PlatformKey],
        *,
        office: Office,
        allowed: Callable[[], Literal["on", "off"]],
        take: Callable[[Report], Awaitable[None]],
        start: Callable[[Coroutine[Any, Any, None], str], object],
        journal: Journal,
        now: Now,
    ) -> None:
        self._belief = Belief(_KIND, address, keys, allowed, now)
        self._office = office
        self._report = take
        self._start = start
        self._journal = journal
        self._now = now
        self._ration = Ration(TOLD_A_MINUTE)
        self._last = Last(0, "", "", open=False)

    @property
    def revision(self) -> int:
        """The last that came; 0 before the first."""
        return self._last.revision

    def serve(self, keys: Mapping[str, PlatformKey]) -> None:
        """Believe these keys from now on."""
        self._belief.keys = keys

    def restore(self, states: Mapping[str, bytes]) -> None:
        """Take up which revision came last; where that cannot be read, none is newer."""
        if (body := states.get(STATE)) is None:
            return
        try:
            self._last = msgspec.json.decode(body, type=Last)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            self._last = Last(MAX_NUMBER, "", "", open=False)

    async def resume(self) -> None:
        """Tell how a trial ended that a start has cut short."""
        if self._last.open:
            ended = await self._office.recall(self._last.revision)
            await self._tell_end(ended or Ended("rolled_back", 0, "", (_CUT_SHORT,)), self._last)

    async def take(self, body: bytes, how: How) -> None:
        """Check a message; what is good is tried in a task of its own."""
        try:
            revision, key = self._believed(body, how)
        except Refused as refused:
            await self._refuse(refused)
            return
        if revision is not None:
            by = f"{key}:{revision.issued_by}"
            self._last = Last(revision.revision, digest_of(body), by, open=True)
            self._start(self._try(revision, self._last), f"configuration.{revision.revision}")

    def _believed(self, body: bytes, how: How) -> tuple[Revision | None, str]:
        """Return the revision and its key; no revision when it has come before."""
        revision, known = self._belief.read(body)
        key = known.grant.key
        if revision.revision == self._last.revision and digest_of(body) == self._last.digest:
            return None, key
        self._belief.check(revision, known, how, self._not_now)
        return revision, key

    def _not_now(self, revision: Revision) -> Text | None:
        if self._last.open:
            return Text(
                f"修订 {self._last.revision} 还在试运行",
                f"revision {self._last.revision} is still on trial",
            )
        if revision.revision <= self._last.revision:
            return Text(
                f"不比已收到的新：修订 {self._last.revision} 已经来过",
                f"it is not newer than what came: revision {self._last.revision} was here",
            )
        return None

    async def _try(self, revision: Revision, last: Last) -> None:
        """Keep that it came, then try it; whatever becomes of it is told."""
        kept = asyncio.Event()
        await self._journal.keep((), {STATE: msgspec.json.encode(last)}, (kept.set,))
        await kept.wait()
        try:
            begun = await self._office.begin(revision, last.by)
        except Declined as declined:
            log.warning("configuration.declined", revision=revision.revision, why=str(declined))
            await self._tell(last, "refused", reasons=declined.reasons)
            return
        await self._tell(last, "accepted", begun.version, begun.hash)
        await self._tell_end(await self._office.end(begun.version), last)

    async def _tell_end(self, ended: Ended, last: Last) -> None:
        await self._tell(last, ended.state, ended.version, ended.hash, ended.reasons)

    async def _tell(
        self,
        last: Last,
        state: Literal["accepted", "refused", "applied", "rolled_back"],
        version: int = 0,
        digest: str = "",
        reasons: tuple[Text, ...] = (),
    ) -> None:
        """Tell it with what is known then, so that a start tells it once more or not at all."""
        event = ConfigurationChanged(
            state=state,
            revision=last.revision,
            by=last.by,
            at=self._now(),
            version=version,
            hash=digest,
            reasons=reasons,
        )
        self._last = msgspec.structs.replace(last, open=state == "accepted")
        await self._report(Report((event,), states={STATE: msgspec.json.encode(self._last)}))

    async def _refuse(self, refused: Refused[Revision]) -> None:
        """Answer; of what cannot be verified not even the number is repeated."""
        revision, key = refused.document, refused.key
        log.warning("configuration.refused", reason=str(refused), key=key)
        if not self._ration.allows(key, asyncio.get_running_loop().time()):
            return
        event = ConfigurationChanged(
            state="refused",
            revision=revision.revision if revision else 0,
            by=f"{key}:{revision.issued_by}" if revision else "",
            at=self._now(),
            reasons=(refused.why,),
        )
        await self._report(Report((event,)))


_CUT_SHORT: Final = Text(
    "网关在试运行之前停止，没有改动", "the gateway ended before the trial; nothing was changed"
)
