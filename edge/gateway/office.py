"""Tries configurations that come from afar as those from the page: checked, watched, undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from cloud_bridge.configuring import Begun, Declined, Ended
from cloud_bridge.wire.revisions import Revision
from edge.access.audit import Audit
from edge.access.roles import Principal
from edge.errors import ConfigError, Problem
from edge.files.problems import line_of
from edge.model import Text
from edge.versions import Applying, Conflict, Files, Unfit, Version, Versions
from edge.versions.afar import forbidden
from edge.versions.naming import is_profile

LOOK_S: Final = 0.5
"""How often is looked whether a trial has ended."""

MOST_REASONS: Final = 20

_MEANWHILE: Final = Text(
    "配置已被别人修改：按网关现在的重新生成，带上新的 base",
    "somebody has changed the configuration meanwhile: make it anew from what is there, with its"
    " hash as the base",
)


class Office:
    """One change at a time, whoever asks; what the platform asks for is in the audit log first."""

    def __init__(self, versions: Versions, applying: Applying, audit: Audit) -> None:
        self._versions = versions
        self._applying = applying
        self._audit = audit

    def which(self) -> str:
        """The hash of the files that run: of the newest version that did not have to go back."""
        return next((each.etag for each in self._versions.history() if each.good), "")

    def trying(self) -> bool:
        """Whether a configuration is on trial, whoever it came from."""
        return self._applying.trial.state in {"applying", "watching"}

    async def installs(self, release: str, offer: int, by: str) -> None:
        """Note who has a release installed; `OSError` when that cannot be kept."""
        detail = {"release": release, "offer": str(offer)}
        await self._note(by, "release.installed", "asked", detail)

    async def begin(self, revision: Revision, by: str) -> Begun:
        """Begin with the trial; `Declined` says why not, and then nothing has changed."""
        try:
            present = await asyncio.to_thread(self._versions.read)
            running = await asyncio.to_thread(self._versions.last_good)
            if revision.base not in {"", present.etag}:
                raise Declined(_MEANWHILE)
            files = candidate(present, revision)
            if wrong := await asyncio.to_thread(forbidden, files, running or present):
                raise Declined(*_lines(wrong))
            detail = {"base": present.etag, "revision": str(revision.revision)}
            await self._note(by, "configuration.applied", "asked", detail)
            version = await self._applying.apply(
                files, base=present.etag, by=by, note=_note(revision.revision)
            )
        except ConfigError as error:
            raise Declined(*(_lines(error.problems) or (_same(str(error)),))) from error
        except (Unfit, Conflict) as error:
            raise Declined(error.words) from error
        except OSError as error:
            raise Declined(_same(f"the disk takes nothing: {error}")) from error
        return Begun(version.number, version.etag)

    async def end(self, version: int) -> Ended:
        """Return how a trial ended, when it has."""
        while (trial := self._applying.trial).version == version:
            if trial.state not in {"applying", "watching"}:
                break
            await asyncio.sleep(LOOK_S)
        found = await self._find(lambda each: each.number == version)
        if found is None:
            return Ended("rolled_back", version, "", (_same("it is not kept any more"),))
        reasons = trial.reasons if trial.version == version else (found.reason,)
        return _ended(found, reasons)

    async def recall(self, revision: int) -> Ended | None:
        """Return how a trial ended that a start has cut short; none when there was none."""
        found = await self._find(lambda each: each.note == _note(revision))
        return _ended(found, (found.reason,)) if found else None

    async def _find(self, fits: Callable[[Version], bool]) -> Version | None:
        """Return the newest version of which this is so."""
        history = await asyncio.to_thread(self._versions.history)
        return next((each for each in history if fits(each)), None)

    async def _note(self, by: str, what: str, outcome: str, detail: Mapping[str, str]) -> None:
        who = Principal(name=by, role="technician", door="platform")
        await self._audit.note(who, what, outcome=outcome, detail=detail)


class NoOffice:
    """Of a gateway that nobody has given one: nothing is tried."""

    def which(self) -> str:
        """Nobody knows which files run."""
        return ""

    def trying(self) -> bool:
        """Nothing is."""
        return False

    async def installs(self, release: str, offer: int, by: str) -> None:
        """Nobody has a log."""
        del release, offer, by

    async def begin(self, revision: Revision, by: str) -> Begun:
        """Decline."""
        del revision, by
        raise Declined(_same("nothing here can be configured from afar"))

    async def end(self, version: int) -> Ended:
        """Nothing was tried."""
        return Ended("rolled_back", version, "")

    async def recall(self, revision: int) -> Ended | None:
        """Nothing was tried."""
        del revision
        return None


def candidate(present: Files, revision: Revision) -> Files:
    """What the gateway would have with a revision: its files in place of those there are."""
    contents = dict(present.contents)
    for name in revision.gone:
        if not is_profile(name):
            raise Declined(Text(f"{name} 不是型号文件", f"{name} is no profile"))
        contents.pop(name, None)
    contents |= {name: text.encode() for name, text in revision.files.items()}
    if revision.site_file is not None:
        contents[present.site] = revision.site_file.encode()
    return replace(present, contents=contents)


def _ended(version: Version, reasons: Iterable[Text]) -> Ended:
    """How it ended; a version that stayed has none to tell."""
    if version.state in {"applied", "found"}:
        return Ended("applied", version.number, version.etag)
    told = tuple(reason for reason in reasons if reason.en)
    return Ended("rolled_back", version.number, version.etag, told)


def _note(revision: int) -> str:
    return f"revision {revision} of the platform"


def _lines(problems: Iterable[Problem]) -> tuple[Text, ...]:
    """The mistakes with their lines, as `whistle check` tells them."""
    lines = [Text(line_of(each, "zh"), line_of(each, "en")) for each in problems]
    return tuple(lines[:MOST_REASONS])


def _same(words: str) -> Text:
    return Text(words, words)
