"""How the machine is that a gateway runs on: clock, disk, SQLite, descriptors; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Final

from edge.cli.doctor.finding import Finding, look, not_made, ok, wrong
from edge.cli.doctor.words import both, size
from edge.model import Text

EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""A clock before this was never set: the program did not exist yet."""

FEW_INODES: Final = 1_000

SLOW_FSYNC_S: Final = 0.05
TOO_SLOW_FSYNC_S: Final = 0.5
"""An alarm leaves within a second, and waits for one of these at least."""

VOLATILE: Final = frozenset({"tmpfs", "ramfs"})
ELSEWHERE: Final = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "vboxsf"})
"""What SQLite's locks and shared memory cannot be trusted on."""

LAYERED: Final = frozenset({"overlay", "aufs"})

FAULTY: Final = ((3, 7, 0), (3, 51, 2))
"""SQLite's WAL-reset fault: from and to which version a checkpoint may damage a database."""

RESERVE: Final = 128
"""Descriptors for files, the page and what is opened for a moment."""

FULL_SHARE: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """What the machine says of its time; `local` and `site` are offsets from UTC."""

    now: datetime
    synchronised: bool
    zone: str
    local: timedelta
    site: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The file system of a store; `fsyncs` are the times that a few took, in seconds."""

    path: str
    kind: str
    free: int
    inodes: int | None
    read_only: bool
    refusal: str = ""
    foreign: bool = False
    fsyncs: tuple[float, ...] = ()


def of_clock(clocks: Clocks) -> Iterator[Finding]:
    """Whether it is set, kept in step, and in which zone."""
    if clocks.now < EARLIEST:
        yield wrong(
            "clock.set",
            Text(f"时钟在 {clocks.now:%Y-%m-%d}", f"the clock says {clocks.now:%Y-%m-%d}"),
            Text(
                "没有对过时：换主板电池，接通 NTP",
                "it was never set: a new battery for the board, and NTP",
            ),
        )
    if clocks.synchronised:
        yield ok("clock.synchronised", Text("已与时间服务器同步", "in step with a time server"))
    else:
        yield look(
            "clock.synchronised",
            Text(
                "没有同步：每个事件都注明时钟不可信",
                "not in step: every event says that its clock is not trusted",
            ),
            Text(
                "timedatectl timesync-status；检查到 NTP 服务器的 UDP 123 端口",
                "timedatectl timesync-status; is UDP port 123 of the time server reached?",
            ),
        )
    zones = f"{clocks.zone} {_offset(clocks.site)}"
    same = clocks.local == clocks.site
    local = _offset(clocks.local)
    yield ok(
        "clock.zone",
        Text(zones, zones)
        if same
        else Text(
            f"{zones}；本机 {local}，只影响系统日志和终端",
            f"{zones}; this machine {local}, which only its log and terminal show",
        ),
    )


def of_disk(disk: Disk, wanted: int) -> Iterator[Finding]:
    """Whether it has room for `wanted` bytes more, and takes what it is given."""
    yield _kind(disk)
    yield _space(disk, wanted)
    if disk.inodes is not None and disk.inodes < FEW_INODES:
        yield wrong(
            "disk.inodes",
            Text(f"只剩 {disk.inodes} 个 inode", f"{disk.inodes} inodes are left"),
            Text("删除大量小文件", "remove what has many small files"),
        )
    yield from _written(disk)


def of_sqlite(version: str) -> Finding:
    """Whether SQLite is one that damages databases by itself."""
    numbers = tuple(int(part) for part in version.split(".")[:3])
    if FAULTY[0] <= numbers <= FAULTY[1]:
        return wrong(
            "sqlite.version",
            Text(
                f"{version}：检查点可能损坏数据库（WAL-reset 缺陷）",
                f"{version}: a checkpoint may damage a database (the WAL-reset fault)",
            ),
            Text("重新安装依赖：./run --setup", "install the dependencies again: ./run --setup"),
        )
    return ok("sqlite.version", both(version))


def of_descriptors(limit: int, used: int | None, wanted: int) -> Finding:
    """Whether the gateway may have as many files and sockets open as its links may need."""
    name = "limit.descriptors"
    more = Text(
        "在 systemd 单元里写 LimitNOFILE=65536，然后重启",
        "write LimitNOFILE=65536 in the systemd unit, and restart",
    )
    told = f"{used}/{limit}" if used is not None else f"{limit}"
    if used is not None and used > limit * FULL_SHARE:
        return wrong(name, Text(f"快用完：{told}", f"nearly used up: {told}"), more)
    if limit < wanted:
        seen = Text(f"{told}，链路最多要 {wanted}", f"{told}, the links may need {wanted}")
        return look(name, seen, more)
    return ok(name, Text(f"{told}，链路最多要 {wanted}", f"{told}, the links may need {wanted}"))


def _kind(disk: Disk) -> Finding:
    name, subject = "disk.kind", disk.path
    if disk.kind in VOLATILE:
        return wrong(
            name,
            Text(f"{disk.kind}：断电就没了", f"{disk.kind}: a power cut takes all of it"),
            Text("把 gateway.store 放到磁盘上", "put gateway.store on a disk"),
            subject,
        )
    if disk.kind in ELSEWHERE:
        return wrong(
            name,
            Text(f"{disk.kind}：网络文件系统上数据库会坏", f"{disk.kind}: databases break there"),
            Text("把 gateway.store 放到本机磁盘上", "put gateway.store on a disk of this machine"),
            subject,
        )
    if disk.kind in LAYERED:
        return look(
            name,
            Text(f"{disk.kind}：容器重建就没了", f"{disk.kind}: gone when the container is"),
            Text("为它挂一个卷", "mount a volume for it"),
            subject,
        )
    return ok(name, both(disk.kind or "?"), subject)


def _space(disk: Disk, wanted: int) -> Finding:
    name, free, subject = "disk.space", size(disk.free), disk.path
    seen = Text(
        f"剩 {free}，日志、历史和影像最多还要 {size(wanted)}",
        f"{free} are free, journal, history and pictures may take {size(wanted)} more",
    )
    if disk.free >= wanted:
        return ok(name, seen, subject)
    make_room = Text(
        "腾出空间，或调小站点文件的 history.size 和 vision.evidence.budget_mb",
        "make room, or make history.size and vision.evidence.budget_mb smaller in the site file",
    )
    if disk.free < wanted // 10:
        return wrong(name, seen, make_room, subject)
    return look(name, seen, make_room, subject)


def _written(disk: Disk) -> Iterator[Finding]:
    name, subject = "disk.write", disk.path
    if disk.read_only:
        yield wrong(
            name,
            Text("以只读方式挂载", "it is mounted read-only"),
            Text(
                "看 dmesg：多半是磁盘出错；备份后 fsck，再重新挂载",
                "see dmesg: most likely the disk has failed; save what is there, fsck, mount anew",
            ),
            subject,
        )
        return
    if disk.refusal and disk.foreign:
        why = both(disk.refusal)
        remedy = Text("用网关的用户或 root 运行", "run this as the gateway's user, or as root")
        yield not_made(name, why, remedy, subject)
        return
    if disk.refusal:
        yield wrong(
            name,
            Text(f"写不了：{disk.refusal}", f"it takes nothing: {disk.refusal}"),
            Text("腾出空间，检查权限和 dmesg", "make room; look at permissions and at dmesg"),
            subject,
        )
        return
    yield ok(name, Text("能写", "it takes what is written"), subject)
    yield _fsync(disk)


def _fsync(disk: Disk) -> Finding:
    name, usual = "disk.fsync", median(disk.fsyncs)
    told = f"{usual * 1000:.2f} ms"
    worst = f"{max(disk.fsyncs) * 1000:.2f} ms"
    seen = Text(f"{told}，最慢 {worst}", f"{told}, {worst} at worst")
    if usual < SLOW_FSYNC_S:
        return ok(name, seen, disk.path)
    remedy = Text(
        "每个报警都等它：换工业级 SSD 或 eMMC；看 dmesg 和 iostat",
        "every alarm waits for it: take an industrial SSD or eMMC; see dmesg and iostat",
    )
    if usual < TOO_SLOW_FSYNC_S:
        return look(name, seen, remedy, disk.path)
    return wrong(name, seen, remedy, disk.path)


def _offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    return f"UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
