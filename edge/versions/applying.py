"""Applies a configuration, watches whether it serves, and takes it back when it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias

import structlog

from edge.config import Configuration
from edge.driver import Now
from edge.errors import ConfigError
from edge.files.problems import Language
from edge.model import Text
from edge.versions.changes import changes
from edge.versions.files import Files, Unfit
from edge.versions.versions import Version, Versions

WATCH: Final = timedelta(seconds=30)
"""How long a new configuration has to show that it serves; a box that dials in takes so long."""

STEADY: Final = timedelta(seconds=3)
"""For so long nothing may be amiss before it is believed."""

LOOK_S: Final = 0.25

Watch: TypeAlias = Literal["links", "pipeline"]
"""What has to work for a change to stay: every link that it touches, or the gateway alone."""

Amiss: TypeAlias = Callable[[], tuple[Text, ...]]
"""Says what does not work now; nothing when all does."""

TrialState: TypeAlias = Literal["idle", "applying", "watching", "applied", "rolled_back"]

log = structlog.get_logger()


class Conflict(ValueError):
    """The change does not fit what is there now; the words say what to do."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How the last change goes, or went; `until` is when it is taken back, if it does not serve."""

    state: TrialState = "idle"
    version: int = 0
    by: str = ""
    began_at: datetime | None = None
    until: datetime | None = None
    reasons: tuple[Text, ...] = ()


class Applying:
    """One change at a time; it belongs to the gateway, not to the browser that asked for it.

    `reconfigure` lets the gateway run another configuration, or none; `amiss` returns who is asked
    whether the one that is applied next serves; `running` is what runs now.
    """

    def __init__(  # noqa: PLR0913 - the one place where these meet
        self,
        versions: Versions,
        *,
        running: Callable[[], Configuration | None],
        reconfigure: Callable[[Configuration | None], Awaitable[None]],
        amiss: Callable[[Configuration, Watch], Amiss],
        start: Callable[[Coroutine[Any, Any, None], str], object],
        now: Now,
    ) -> None:
        self._versions = versions
        self._running = running
        self._reconfigure = reconfigure
        self._amiss = amiss
        self._start = start
        self._now = now
        self._turn = asyncio.Lock()
        self.trial = Trial()

    async def apply(  # noqa: PLR0913 - who changes what, by name
        self,
        files: Files,
        *,
        base: str,
        by: str,
        note: str,
        watch: Watch = "links",
        language: Language = "zh",
    ) -> Version:
        """Begin with a change of what has the etag `base`; return when it runs on trial.

        `Conflict`: somebody was faster, or it needs a restart. `ConfigError`: it cannot be run.
        """
        async with self._turn:
            before = await asyncio.to_thread(self._versions.read)
            self._check(before.etag, base)
            configuration = await asyncio.to_thread(self._versions.check, files, language)
            running = self._running()
            if running is not None and (why := changes(running, configuration).needs_restart):
                raise Conflict(why[0])
            version = await asyncio.to_thread(self._versions.stage, files, by, note)
            at = self._now()
            self.trial = Trial(state="applying", version=version.number, by=by, began_at=at)
            amiss = self._amiss(configuration, watch)
            self._start(self._try(version, configuration, running, amiss), "configuration trial")
            return version

    async def restore(
        self, number: int, *, base: str, by: str, watch: Watch = "links", language: Language = "zh"
    ) -> Version:
        """Apply what an earlier version said, as a change of its own."""
        files = await asyncio.to_thread(self._versions.files, number)
        note = f"restored from {number}"
        return await self.apply(files, base=base, by=by, note=note, watch=watch, language=language)

    def _check(self, present: str, base: str) -> None:
        if self.trial.state in {"applying", "watching"}:
            raise Conflict(
                Text(
                    f"{self.trial.by} 的修改正在试运行；等它结束后再提交",
                    f"a change by {self.trial.by} is on trial; wait until that has ended",
                )
            )
        if present != base:
            raise Conflict(
                Text(
                    "配置已被别人修改；查看最新内容后再提交，你的内容没有丢",
                    "somebody has changed the configuration meanwhile; look at what is there now"
                    " and apply again, nothing of yours is lost",
                )
            )

    async def _try(
        self,
        version: Version,
        configuration: Configuration,
        running: Configuration | None,
        amiss: Amiss,
    ) -> None:
        """Run it, watch it, and settle it or take it back."""
        try:
            await self._reconfigure(configuration)
            reasons = await self._watched(amiss)
            if not reasons:
                await asyncio.to_thread(self._versions.settle, version.number)
                self._end("applied", ())
                return
        except (ConfigError, OSError) as error:
            reasons = (Text(str(error), str(error)),)
        log.warning("configuration.not_serving", version=version.number, why=reasons[0].en)
        self._end("rolled_back", reasons + await self._taken_back(running, reasons[0]))

    async def _taken_back(self, running: Configuration | None, reason: Text) -> tuple[Text, ...]:
        """Restore the files, and go on with what ran before; return what of it did not go well.

        Files that the disk keeps from being restored are restored at the next start.
        """
        amiss: tuple[Text, ...] = ()
        try:
            await asyncio.to_thread(self._versions.roll_back, reason)
        except (Unfit, OSError) as error:
            why = Text(f"文件还没有恢复：{error}", f"the files are not restored yet: {error}")
            amiss = (why,)
        try:
            await self._reconfigure(running)
        except (ConfigError, OSError) as error:
            amiss = (*amiss, Text(str(error), str(error)))
        return amiss

    async def _watched(self, amiss: Amiss) -> tuple[Text, ...]:
        """Return what was still amiss at the end; nothing once all has worked for a while."""
        began = self._now()
        self._set(state="watching", until=began + WATCH)
        well: datetime | None = None
        while True:
            reasons, now = amiss(), self._now()
            well = None if reasons else well or now
            self._set(reasons=reasons)
            if well is not None and now - well >= STEADY:
                return ()
            if now - began >= WATCH and reasons:
                return reasons
            await asyncio.sleep(LOOK_S)

    def _end(self, state: Literal["applied", "rolled_back"], reasons: tuple[Text, ...]) -> None:
        self._set(state=state, until=None, reasons=reasons)
        log.info("configuration.tried", version=self.trial.version, state=state)

    def _set(self, **sides: Any) -> None:
        self.trial = replace(self.trial, **sides)
