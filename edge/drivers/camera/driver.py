"""One session of one camera, between the gateway and the camera's process."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeAlias

from edge.driver import Leg, Now, Report, Way
from edge.drivers.camera.captures import Captures, Reply
from edge.drivers.camera.codec import Said
from edge.drivers.camera.episodes import Episodes
from edge.drivers.camera.profile import CAPTURE
from edge.drivers.camera.scribe import Scribe
from edge.drivers.camera.settings import Settings
from edge.drivers.camera.story import Story
from edge.errors import CommandRejected, LinkDown
from edge.evidence.evidence import EvidenceRefused
from edge.evidence.store import EvidenceStore
from edge.model import Command, EvidenceKept, Record, RecordsDropped
from edge.vision.camera_process import SILENT_S
from edge.vision.words import (
    Capture,
    Down,
    Ended,
    Found,
    Kept,
    Look,
    Opened,
    Refused,
    Seen,
    State,
    Up,
)

INBOX: Final = 64
"""Words that wait; when it is full the process waits, and with it nobody but this camera."""
LOOKS_S: Final = 10.0
"""How long a person waits for a picture."""
LAST_S: Final = 4.0
"""What a process gets, once its camera is lost, to develop the clips that it was asked for."""


class Process(Protocol):
    """What runs a camera; see `edge.vision.camera_process`."""

    async def receive(self) -> Up:
        """The next word; `LinkDown` when there is none any more."""
        ...

    async def send(self, word: Down) -> None:
        """Say a word; `LinkDown` when nobody hears it."""
        ...


@dataclass(frozen=True, slots=True)
class _Lost:
    reason: str


@dataclass(frozen=True, slots=True)
class _Heard:
    """The camera itself can be heard, or, with a reason, cannot."""

    reason: str


_Word: TypeAlias = Up | Said | _Heard | _Lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a session is made of; `story` is none where no device stands on the link."""

    device: str
    process: Process
    opened: Opened
    story: Story | None
    episodes: Episodes
    settings: Settings
    evidence: EvidenceStore | None
    scribe: Scribe
    now: Now


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How an open camera is just now; `state` is none in its first second.

    `amiss` is what does not go well, by its kind, in words for a technician.
    """

    opened: Opened
    state: State | None
    amiss: Mapping[str, str]


class CameraDriver:
    """The open camera."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._process = bench.process
        self._story = bench.story
        self._scribe = bench.scribe
        self._now = bench.now
        self._captures = Captures()
        self._inbox: asyncio.Queue[_Word] = asyncio.Queue(INBOX)
        self._kept = bench.episodes.kept()
        self._state: State | None = None
        self.legs: Sequence[Leg] = ()

    async def reports(self) -> AsyncGenerator[Report, None]:
        """Yield what is seen; at the end that nothing is seen any more, then `LinkDown`."""
        loop = asyncio.get_running_loop()
        yield self._report(
            self._story.begin(self._bench.opened, self._now()) if self._story else ()
        )
        while True:
            self._scribe.signs.give(SILENT_S)
            word = await self._inbox.get()
            if isinstance(word, _Lost | Ended):
                break
            records = await self._records(word, self._now(), loop.time())
            if records:
                yield self._report(records)
        if not isinstance(word, _Lost) and (records := await self._last()):
            yield self._report(records)
        if self._story is not None:
            yield self._report(self._story.end(word.reason, self._now()))
        raise LinkDown(word.reason)

    async def execute(self, command: Command) -> str | None:
        """Return when the picture is kept; its clip follows as an event."""
        if command.action != CAPTURE or command.device != self._bench.device:
            raise CommandRejected(f"{command.device} cannot {command.action}")
        store = self._bench.evidence
        if store is None:
            raise CommandRejected("pictures are kept nowhere")
        if store.refusal:
            raise CommandRejected(store.refusal)
        settings = self._bench.settings
        self._captures.keep(command.id, command.about)
        word = Capture(
            id=command.id,
            before_s=settings.before.total_seconds(),
            after_s=settings.after.total_seconds(),
        )
        left = (command.expires_at - self._now()).total_seconds()
        match await self._ask(command.id, word, left):
            case Kept(sha256=sha256):
                return f"still {sha256[:12]}, its clip follows"
            case Refused(reason=reason):
                raise CommandRejected(reason)
            case _:
                raise CommandRejected("the camera's process gave another answer")

    async def look(self, width: int) -> Seen:
        """A picture of now in which nobody can be known; `CommandRejected` says why not."""
        number = f"look-{secrets.token_hex(8)}"
        try:
            reply = await self._ask(number, Look(id=number, width=width), LOOKS_S)
        except TimeoutError:
            raise CommandRejected(f"no picture within {LOOKS_S:.0f} s") from None
        match reply:
            case Seen() as seen:
                return seen
            case Refused(reason=reason):
                raise CommandRejected(reason)
            case _:
                raise CommandRejected("the camera's process gave another answer")

    @property
    def outlook(self) -> Outlook:
        """How it is now."""
        amiss = self._story.amiss if self._story is not None else {}
        return Outlook(opened=self._bench.opened, state=self._state, amiss=amiss)

    async def read(self) -> None:
        """Take what the process says until it is gone; for a task of the link's."""
        try:
            while True:
                word = await self._process.receive()
                self._scribe.came(word)
                self._captures.take(word)
                if isinstance(word, State):
                    self._state = word
                await self._inbox.put(word)
        except LinkDown as lost:
            self._scribe.lost(str(lost))
            self._captures.end(lost)
            await self._inbox.put(_Lost(str(lost)))

    def close(self) -> None:
        """The session is over: who still waits for an answer gets none."""
        self._captures.end(LinkDown("the camera is lost"))

    async def hear(self, said: Said) -> None:
        """Take a word of the camera's own."""
        self._scribe.heard(said, known=self._story is not None and self._story.knows(said))
        await self._inbox.put(said)

    async def garbled(self, what: str) -> None:
        """Take that the camera said something that cannot be read."""
        self._scribe.garbled(what)

    async def changed(self, way: Way, reason: str) -> None:
        """Take that the camera can be heard, or cannot any more."""
        await self._inbox.put(_Heard("" if way == "up" else reason))

    async def _ask(self, number: str, word: Capture | Look, patience_s: float) -> Reply:
        reply = self._captures.ask(number)
        try:
            self._scribe.went(word)
            await self._process.send(word)
            async with asyncio.timeout(max(0.0, patience_s)):
                return await reply
        finally:
            self._captures.forget(number)

    async def _records(self, word: _Word, at: datetime, t: float) -> tuple[Record, ...]:
        if isinstance(word, Kept | Refused):
            return await self._keep(word)
        return tuple(_told(self._story, word, at, t)) if self._story is not None else ()

    async def _keep(self, word: Kept | Refused) -> tuple[Record, ...]:
        """Take a picture into the store, and tell of it."""
        alarm = self._captures.alarm(word) if isinstance(word, Kept) else ""
        self._captures.done(word)
        store = self._bench.evidence
        if isinstance(word, Refused) or store is None:
            return ()
        device, at = self._bench.device, self._now()
        try:
            self._scribe.signs.hold()  # the disk may take its time, and no camera is at fault
            evidence = await store.add(word, device, alarm)
        except EvidenceRefused as refusal:
            what = f"{device}: {word.kind}"
            return (RecordsDropped(what=what, count=1, reason=str(refusal), at=at),)
        finally:
            self._scribe.signs.go_on()
        return (
            EvidenceKept(
                device=device,
                alarm=alarm,
                what=evidence.kind,
                media_type=evidence.media_type,
                sha256=evidence.sha256,
                size=evidence.size,
                blurred=evidence.blurred,
                began=evidence.began,
                ended=evidence.ended,
                at=at,
            ),
        )

    async def _last(self) -> tuple[Record, ...]:
        """What is still kept of what was asked for before the camera was lost."""
        found: list[Record] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_S):
                while self._captures.pending:
                    word = await self._inbox.get()
                    if isinstance(word, _Lost):
                        break
                    if isinstance(word, Kept | Refused):
                        found += await self._keep(word)
        return tuple(found)

    def _report(self, records: Iterable[Record]) -> Report:
        """One report, with what goes on beside it, so that a crash leaves nothing open."""
        told = tuple(records)
        kept = self._bench.episodes.kept()
        if kept == self._kept:
            return Report(told)
        self._kept = kept
        return Report(told, states={state_key(self._bench.device): kept})


def _told(story: Story, word: _Word, at: datetime, t: float) -> Iterable[Record]:
    match word:
        case State():
            return story.state(word, at, t)
        case Found():
            return story.found(word, at, t)
        case Said():
            return story.hear(word, at, t)
        case _Heard():
            return story.heard(word.reason, at, t)
        case _:
            return ()


def state_key(device: str) -> str:
    """Under which key the journal keeps what goes on before a camera."""
    return f"camera:{device}"
