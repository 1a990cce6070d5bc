"""What is wrong with a journal's file and its rows; nothing is changed, every call blocks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

import apsw

from cloud_bridge.journal_check import newest_version, read_only, unsound
from cloud_bridge.journal_file import EVENTS_KEPT
from cloud_bridge.journal_schema import APPLICATION
from edge.model import Lane, Text
from edge.schema_steps import reader_of

Cure: TypeAlias = Literal["aside", "person", "none"]
"""`aside`: the file is set aside and a new one begun; `none`: it does no harm."""

LARGEST: Final = 2**53
"""JSON tells no whole number beyond it everywhere."""

TABLES: Final = frozenset(
    {"event", "delivery", "refused", "origin", "state", "meta", "uplink", "reader"}
)

_LANES: Final = ",".join(f"'{lane.value}'" for lane in Lane)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One kind of thing that is wrong, how often, and what can be done."""

    name: str
    count: int
    what: Text
    cure: Cure


@dataclass(frozen=True, slots=True)
class _Question:
    """How many rows are as they should not be; `since` is the schema that has what it asks."""

    name: str
    sql: str
    what: Text
    cure: Cure
    since: int = 1


_QUESTIONS: Final = (
    _Question(
        "delivery_without_event",
        "SELECT count(*) FROM delivery WHERE number NOT IN (SELECT number FROM event)",
        Text("待送达的事件不在日志里", "deliveries whose event is not there: they never end"),
        "person",
    ),
    _Question(
        "delivery_in_another_lane",
        "SELECT count(*) FROM delivery d JOIN event e ON e.number = d.number"
        " WHERE d.lane <> e.lane",
        Text("送达的通道与事件的不同", "deliveries in another lane than their event"),
        "person",
    ),
    _Question(
        "delivery_of_no_uplink",
        "SELECT count(*) FROM delivery WHERE uplink NOT IN (SELECT id FROM uplink)",
        Text(
            "送往已删上行的：网关启动时放弃并上报",
            "deliveries to an uplink that is gone: given up, and told, at the next start",
        ),
        "none",
        since=2,
    ),
    _Question(
        "delivery_before_its_uplink",
        "SELECT count(*) FROM delivery d JOIN uplink u ON u.id = d.uplink WHERE d.number < u.since",
        Text(
            "早于上行开始的送达：仍会送",
            "deliveries from before their uplink began: they are sent all the same",
        ),
        "none",
        since=2,
    ),
    _Question(
        "refused_without_event",
        "SELECT count(*) FROM refused WHERE number NOT IN (SELECT number FROM event)",
        Text("拒收的事件已不在：不能重发", "refusals whose event is gone: not to be sent again"),
        "none",
    ),
    _Question(
        "refused_and_waiting",
        "SELECT count(*) FROM refused r JOIN delivery d"
        " ON d.uplink = r.uplink AND d.number = r.number",
        Text("既被拒收又待送达：会再送一次", "refused and waiting at once: sent once more"),
        "none",
    ),
    _Question(
        "number_too_large",
        f"SELECT count(*) FROM event WHERE number >= {LARGEST} OR number < 1",  # noqa: S608 - ours
        Text("编号超出范围", "numbers that JSON cannot tell"),
        "person",
    ),
    _Question(
        "origin_ahead",
        "SELECT count(*) FROM origin WHERE number > (SELECT max(number) FROM event)",
        Text(
            "设备记录的编号比最后的事件还大：丢过事件",
            "identities of events behind the last: events were lost",
        ),
        "person",
    ),
    _Question(
        "lane_unknown",
        f"SELECT count(*) FROM delivery WHERE lane NOT IN ({_LANES})",  # noqa: S608 - ours
        Text("通道不认识：网关启动不了", "a lane that there is not: no gateway starts with it"),
        "aside",
    ),
    _Question(
        "moment_unread",
        "SELECT count(*) FROM event WHERE unixepoch(at) IS NULL",
        Text("事件的时间读不出", "events whose instant cannot be read"),
        "person",
    ),
)

# Up to which number what was receipted may have been forgotten; where a restored one went on.
_GAPS: Final = (
    "SELECT max(number) - max(min(number), max(number) - ?1) + 1 - count(*) FROM event"
    " WHERE number >= max((SELECT max(number) FROM event) - ?1, coalesce((SELECT value + 0"
    "  FROM meta WHERE key = 'first' AND value + 0 < (SELECT max(number) FROM event)), 0))"
)


def faults(path: Path) -> Iterator[Fault]:
    """Yield what is wrong; `apsw.Error` where the disk does not give the file."""
    with closing(read_only(path)) as db:
        broken = tuple(_file(db))
        yield from broken
        if not broken:
            yield from _rows(db)


def _file(db: apsw.Connection) -> Iterator[Fault]:
    try:
        [(version,)] = db.execute("PRAGMA user_version")
        [(application,)] = db.execute("PRAGMA application_id")
    except (apsw.CorruptError, apsw.NotADBError) as damage:
        yield _integrity((str(damage),))
        return
    if application != APPLICATION:
        what = Text("这不是网关写的数据库", "this is another program's database")
        yield Fault(name="foreign", count=1, what=what, cure="person")
        return
    if version > newest_version() < reader_of(db):
        known = newest_version()
        what = Text(
            f"结构版本 {version}，本程序认识到 {known}",
            f"schema {version}, this program knows {known} at most",
        )
        yield Fault(name="schema", count=1, what=what, cure="person")
        return
    if lines := unsound(db, whole=True):
        yield _integrity(lines)


def _rows(db: apsw.Connection) -> Iterator[Fault]:
    [(version,)] = db.execute("PRAGMA user_version")
    foreign = {
        name
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if not name.startswith("sqlite_")
    } - TABLES
    if foreign:
        names = ", ".join(sorted(foreign))
        what = Text(f"不属于日志的表：{names}", f"tables that are no part of it: {names}")
        yield Fault(name="foreign_table", count=len(foreign), what=what, cure="none")
    for question in _QUESTIONS:
        if version >= question.since:
            [(count,)] = db.execute(question.sql)
            if count:
                yield Fault(
                    name=question.name, count=int(count), what=question.what, cure=question.cure
                )
    [(gaps,)] = db.execute(_GAPS, (EVENTS_KEPT - 1,))
    if gaps:
        what = Text("编号不连续：中间的事件不在", "numbers that are missing between others")
        yield Fault(name="number_missing", count=int(gaps), what=what, cure="person")


def _integrity(lines: tuple[str, ...]) -> Fault:
    told = "; ".join(lines)[:500]
    what = Text(f"文件损坏：{told}", f"the file is damaged: {told}")
    return Fault(name="integrity", count=len(lines), what=what, cure="aside")
