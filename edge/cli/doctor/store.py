"""How the files of a store are: journal and history; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from edge.cli.doctor.finding import Finding, look, not_made, ok, wrong
from edge.cli.doctor.words import both, size, span
from edge.model import Text

File: TypeAlias = Literal["journal", "history"]

BIG_LOG: Final = 64 * 1024 * 1024
"""A write-ahead log shrinks at each checkpoint: one that grows has a reader that never ends."""

OLD: Final = timedelta(minutes=5)
"""An event that waits so long for a receipt does so for a reason."""

BEHIND: Final = timedelta(seconds=30)
FAR: Final = timedelta(days=30)
"""A gateway is heard of at each start at least: after so long a quiet clock is doubted."""

_WHERE: Final[Mapping[File, Text]] = {
    "journal": Text(
        "停下网关，运行 whistle journal fsck 站点 --repair：损坏的文件改名保留，不删除",
        "stop the gateway and run whistle journal fsck SITE --repair: the file is renamed and kept",
    ),
    "history": Text(
        "重启网关：它把损坏的文件改名保留，另起新的；报警不受影响",
        "restart the gateway: it renames and keeps the file and begins anew; alarms do not care",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFile:
    """What a file is; `unsound` is what SQLite finds wrong, none when that took too long.

    `refusal` says why it could not be opened, and `refused` whether that is the disk's or the
    permissions' fault, not that of the file.
    """

    file: File
    path: str
    there: bool = True
    refusal: str = ""
    by: Literal["file", "disk"] = "file"
    version: int = 0
    reader: int = 0
    known: int = 0
    size: int = 0
    log_size: int = 0
    unsound: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalHolds:
    """What a journal has to tell; `aside` are those that were set aside before."""

    waiting: Mapping[str, int] = field(default_factory=dict)
    oldest: datetime | None = None
    refused: int = 0
    last: datetime | None = None
    aside: tuple[str, ...] = ()
    marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryHolds:
    """What a history has to tell; `behind` are the readings that each follower waits with."""

    share: int
    behind: Mapping[str, int] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)


def of_file(found: StoreFile) -> Iterator[Finding]:
    """Whether it can be read, is whole, of this version, and its log is small."""
    name = found.file
    if not found.there:
        seen = Text("还没有：网关没有运行过", "not there: no gateway has run yet")
        yield look(f"{name}.file", seen, Text("运行过网关吗？", "has it ever run?"), found.path)
        return
    if found.refusal:
        yield _refused(found)
        return
    yield _version(found)
    yield _sound(found)
    log = size(found.log_size)
    if found.log_size > BIG_LOG:
        yield look(
            f"{name}.wal",
            Text(f"预写日志有 {log}", f"the write-ahead log has {log}"),
            Text(
                "有程序一直开着它（备份、sqlite3）：结束那个程序",
                "something keeps it open, a backup or sqlite3: end that",
            ),
        )
    else:
        yield ok(f"{name}.wal", both(log))


def of_journal(holds: JournalHolds, now: datetime) -> Iterator[Finding]:
    """What waits, what was refused, and whether the clock is behind what was written."""
    yield from _waiting(holds, now)
    if holds.refused:
        yield look(
            "journal.refused",
            Text(f"平台拒收 {holds.refused} 条", f"a platform would not take {holds.refused}"),
            Text(
                "whistle journal list 看原因；平台改好后 whistle journal requeue 重发",
                "whistle journal list says why; when it is mended there, whistle journal requeue",
            ),
        )
    else:
        yield ok("journal.refused", Text("没有", "none"))
    if holds.marked or holds.aside:
        names = ", ".join(holds.aside) or "journal.damaged"
        yield look(
            "journal.aside",
            Text(f"有损坏的日志：{names}", f"a damaged journal was found: {names}"),
            Text(
                "里面未送达的事件没有再发；交给开发者，然后移走",
                "what was not sent of it was not sent since; give it to whoever can read it",
            ),
        )
    if holds.last is not None:
        yield _clock(holds.last, now)


def of_history(found: StoreFile, holds: HistoryHolds) -> Iterator[Finding]:
    """How much of its share it has, and who is behind with it."""
    used, share = size(found.size), size(holds.share)
    yield ok(
        "history.quota",
        Text(f"用了 {used}，上限 {share}", f"{used} of {share} are used")
        if found.size <= holds.share
        else Text(
            f"{used}，上限 {share}：正在缩小", f"{used} of {share}: it is being made smaller"
        ),
    )
    for name, count in holds.behind.items():
        dropped = holds.dropped.get(name, 0)
        if dropped:
            yield look(
                "history.follower",
                Text(f"放弃了 {dropped} 条读数", f"{dropped} readings were given up"),
                Text("断开太久；看上行", "it was away for too long; look at the uplink"),
                name,
            )
        else:
            seen = Text(f"{count} 条读数待送", f"{count} readings wait")
            yield ok("history.follower", seen, name)


def _refused(found: StoreFile) -> Finding:
    name = f"{found.file}.file"
    if found.by == "disk":
        remedy = Text(
            "检查磁盘与权限；用网关的用户或 root 运行",
            "look at disk and permissions; run this as the gateway's user, or as root",
        )
        return not_made(name, both(found.refusal), remedy, found.path)
    seen = Text(f"读不了：{found.refusal}", f"it cannot be read: {found.refusal}")
    return wrong(name, seen, _WHERE[found.file], found.path)


def _version(found: StoreFile) -> Finding:
    name = f"{found.file}.file"
    seen = Text(
        f"{size(found.size)}，结构版本 {found.version}",
        f"{size(found.size)}, schema {found.version}",
    )
    if found.reader > found.known:
        return wrong(
            name,
            seen,
            Text(
                f"本程序只认识到 {found.known}：安装写它的版本，或更新的",
                f"this program knows {found.known} at most: install the version that wrote it",
            ),
            found.path,
        )
    return ok(name, seen, found.path)


def too_long(check: str) -> Finding:
    """The disk is so slow, or the file so large, that nobody waits for the answer."""
    remedy = Text("磁盘慢：看 disk.fsync 一行和 iostat", "a slow disk? see disk.fsync and iostat")
    return not_made(check, Text("时间不够", "it takes too long"), remedy)


def _sound(found: StoreFile) -> Finding:
    name = f"{found.file}.check"
    if found.unsound is None:
        remedy = Text(
            "文件大；夜里运行 whistle journal fsck" if found.file == "journal" else "文件大，不急",
            "it is large; run whistle journal fsck at a quiet hour"
            if found.file == "journal"
            else "it is large, and no alarm hangs on it",
        )
        return not_made(name, Text("时间不够", "it takes too long"), remedy)
    if found.unsound:
        first = found.unsound[0][:200]
        return wrong(name, Text(f"损坏：{first}", f"damaged: {first}"), _WHERE[found.file])
    return ok(name, Text("完好", "whole"))


def _waiting(holds: JournalHolds, now: datetime) -> Iterator[Finding]:
    for uplink, count in holds.waiting.items():
        yield ok("journal.waiting", Text(f"{count} 条待回执", f"{count} without a receipt"), uplink)
    if holds.oldest is None:
        yield ok("journal.oldest", Text("没有事件在等", "no event waits"))
        return
    since = span(now - holds.oldest)
    seen = Text(f"最早的等了 {since.zh}", f"the oldest waits for {since.en}")
    if now - holds.oldest <= OLD:
        yield ok("journal.oldest", seen)
        return
    yield look(
        "journal.oldest",
        seen,
        Text("看上行与平台；事件没有丢", "look at uplink and platform; no event is lost"),
    )


def _clock(last: datetime, now: datetime) -> Finding:
    name, apart = "clock.journal", span(now - last)
    if now < last - BEHIND:
        return wrong(
            name,
            Text(
                f"时钟比日志里最后一次写入还早 {apart.zh}",
                f"the clock is {apart.en} before what the journal has last written",
            ),
            Text(
                "对时：timedatectl；查 NTP 和主板电池", "set it: timedatectl; see NTP and battery"
            ),
        )
    seen = Text(f"日志最后写于 {apart.zh} 前", f"the journal was last written {apart.en} ago")
    if now - last > FAR:
        remedy = Text("网关真的停了这么久吗？", "has the gateway really been off for so long?")
        return look(name, seen, remedy)
    return ok(name, seen)
