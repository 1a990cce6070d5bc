"""Installs a release, watches whether it serves, and takes it back when it does not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final

from edge.model import Text
from edge.update import course, sources
from edge.update.box import MANIFEST, PARTIAL, Box, alone
from edge.update.keys import Publishers
from edge.update.manifest import Here, examine, order_of
from edge.update.record import Result
from edge.update.refused import Refused
from edge.update.release_file import Sealed, peek, tree_of, verify
from edge.update.starting import settle
from edge.update.unpacking import unpack

PATIENCE_S: Final = 180.0
"""How long a release may take until it works; the service's own limit for a start is as long."""

STEADY_S: Final = 30.0
"""For so long it has to work before it is believed."""

LOOK_S: Final = 1.0

RESERVE: Final = 256 * 1024 * 1024
"""Bytes that an update leaves free: alarms are kept on the same disk."""

INCOMING: Final = "incoming.release"

Tell = Callable[[Text], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """What is asked of the box around the releases.

    `restart` the gateway, `OSError` when that fails; `amiss` says what keeps it from its work;
    `rehearse` why the release in a folder could not do it; `steady` counts seconds.
    """

    restart: Callable[[], None]
    amiss: Callable[[], Text | None]
    rehearse: Callable[[Path], Text | None]
    now: Callable[[], datetime]
    steady: Callable[[], float]
    sleep: Callable[[float], None]
    steady_s: float = STEADY_S


class Updates:
    """One at a time. Whatever it is doing when the power goes, the old or the new release runs."""

    def __init__(
        self, box: Box, publishers: Publishers, here: Here, hands: Hands, tell: Tell
    ) -> None:
        self._box = box
        self._publishers = publishers
        self._here = here
        self._hands = hands
        self._tell = tell

    def install(self, source: Path, *, older: bool = False) -> Result:
        """Take a release from a file, or the newest that fits from a folder; `Refused`."""
        version = ""

        def look(file: IO[bytes]) -> Sealed:
            nonlocal version
            sealed = peek(file, self._publishers)
            version = sealed.manifest.version
            examine(sealed.manifest, self._here, self._hands.now(), older=older)
            return sealed

        with alone(self._box):
            self._go_on()
            try:
                self._bring(sources.chosen(source, look), look)
                return self._try(version)
            except Refused as why:
                self._refused(version, why)
                raise
            finally:
                self._box.tidy()

    def back(self, version: str = "") -> Result:
        """Go back to the release that ran before, or to another that is there; `Refused`."""
        with alone(self._box):
            self._go_on()
            there = self._box.installed()
            wanted = version or self._earlier(there)
            if wanted not in there or wanted == self._box.current:
                known = ", ".join(each for each in there if each != self._box.current) or "-"
                raise Refused(
                    f"没有可退回的版本 {wanted}；机器上有：{known}",
                    f"there is no {wanted or 'release'} to go back to; on this box: {known}",
                )
            try:
                return self._try(wanted)
            except Refused as why:
                self._refused(wanted, why)
                raise

    def go_on(self) -> Result | None:
        """Bring a trial to its end that somebody, or the power, has cut off."""
        with alone(self._box):
            result = self._go_on()
            self._box.tidy()
            return result

    def _bring(self, path: Path, look: Callable[[IO[bytes]], Sealed]) -> None:
        """Copy, verify and unpack it: what was verified is what is unpacked, whoever writes on."""
        box, staged = self._box, self._box.staging / INCOMING
        box.tidy()
        with sources.opened(path) as file:
            sealed = look(file)
            self._room(path.stat().st_size + sealed.manifest.unpacked)
            self._tell(Text(f"复制 {path.name}", f"copying {path.name}"))
            box.disk.folder(box.staging)
            file.seek(0)
            box.disk.copy(file, staged)
        with staged.open("rb") as file:
            self._tell(Text("校验签名与内容", "verifying signature and content"))
            sealed = verify(file, self._publishers)
            look(file)
        version = sealed.manifest.version
        if version in box.installed():
            self._same(version, sealed)
            return
        partial = box.releases / f".{version}{PARTIAL}"
        self._tell(Text(f"解开 {version}", f"unpacking {version}"))
        with tree_of(staged) as tree:
            unpack(tree, partial, box.disk, sealed.manifest.unpacked)
        box.disk.put(partial / MANIFEST, sealed.body, 0o644)
        box.disk.sync(partial)
        box.disk.rename(partial, box.releases / version)
        box.disk.sync(box.releases)

    def _same(self, version: str, sealed: Sealed) -> None:
        if self._box.manifest(version) != sealed.manifest:
            raise Refused(
                f"机器上已有另一个 {version}；要用它：whistle update back {version}",
                f"another {version} is on this box; to run that: whistle update back {version}",
            )

    def _room(self, needed: int) -> None:
        free = shutil.disk_usage(self._box.root).free
        if free < needed + RESERVE:
            wanted = (needed + RESERVE) // 1_000_000
            raise Refused(
                f"磁盘空间不够：需要 {wanted} MB，剩 {free // 1_000_000} MB",
                f"not enough room: {wanted} MB are needed, {free // 1_000_000} MB are free",
            )

    def _try(self, version: str) -> Result:
        """Switch to a release that is there, if it can do the work, and see whether it does."""
        box, hands, before = self._box, self._hands, self._box.current
        if not before:
            raise Refused(
                "这里没有在用的版本；第一次用安装包安装",
                "no release runs here; the first one is installed by the package",
            )
        self._tell(Text(f"试演 {version}", f"rehearsing {version}"))
        if (why := hands.rehearse(box.releases / version)) is not None:
            raise Refused(why.zh, why.en)
        box.point("before", before)
        box.note(lambda record: course.begun(record, version, before, hands.now()))
        box.point("current", version)
        self._tell(Text(f"切换到 {version}", f"switching to {version}"))
        return self._watched(self._restarted())

    def _go_on(self) -> Result | None:
        trial = self._box.record().trial
        if trial is None:
            self._box.no_trial()
            return None
        if trial.failed is not None or self._box.current != trial.version:
            settle(self._box, self._hands.now)
            return self._box.record().results[-1]
        return self._watched(None)

    def _watched(self, why: Text | None) -> Result:
        """Keep what serves; what does not is taken back."""
        if why is None:
            why = self._serves()
        if why is None:
            self._keep()
        elif self._box.record().trial is not None:
            self._tell(Text(f"不行：{why.zh}；退回", f"it does not serve: {why.en}; going back"))
            self._box.note(lambda record: course.failed(record, why))
            settle(self._box, self._hands.now)
            self._restarted()
        return self._box.record().results[-1]

    def _serves(self) -> Text | None:
        """Return what was still amiss at the end; none once all has worked for a while."""
        began, well = self._hands.steady(), None
        while True:
            trial = self._box.record().trial
            if trial is None or trial.failed is not None:
                return Text("启动时已退回", "taken back when it started")
            amiss, now = self._hands.amiss(), self._hands.steady()
            well = None if amiss else now if well is None else well
            if well is not None and now - well >= self._hands.steady_s:
                return None
            if amiss is not None and now - began >= PATIENCE_S:
                return amiss
            self._hands.sleep(LOOK_S)

    def _keep(self) -> None:
        box = self._box
        record = box.note(lambda record: course.kept(record, self._hands.now()))
        box.no_trial()
        for version in course.spare(box.installed(), box.current, record):
            if box.manifest(version) is not None:  # a package's own goes with the package
                box.remove(version)

    def _restarted(self) -> Text | None:
        try:
            self._hands.restart()
        except OSError as error:
            return Text(f"服务没有启动：{error}", f"the service did not start: {error}")
        return None

    def _refused(self, version: str, why: Refused) -> None:
        now, before = self._hands.now(), self._box.current
        self._box.note(lambda record: course.refused(record, version, before, why.words, now))

    def _earlier(self, there: list[str]) -> str:
        """Return what ran before what runs, or else the newest that is older."""
        current = self._box.current
        for result in reversed(self._box.record().results):
            if result.outcome == "kept" and result.version == current and result.before in there:
                return result.before
        older = [each for each in there if order_of(each) < order_of(current)]
        return older[-1] if older else ""
