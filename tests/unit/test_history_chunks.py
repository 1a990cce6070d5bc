"""Chunks: readings of a point packed together, whatever came in whatever order."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.history import pile as pile_module
from edge.history.batches import Columns
from edge.history.chunks import LASTING, LONG, SHORT, Chunks, packed, put, unpacked
from edge.history.history_file import HistoryFile
from edge.history.pile import Pile
from edge.history.rolls import FOREVER
from edge.history.rows import Plain, Row, micros
from edge.history.schema import UnknownFile
from edge.history.tracks import Track
from edge.model import Block, Group
from tests.fakes.history import at, read

MANY = 2 * LASTING
VALUES = st.one_of(
    st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.text(max_size=3), st.none()
)
ROWS = st.builds(Row, st.integers(-MANY, MANY), VALUES, st.integers(0, 6))
SORTED = st.lists(ROWS, min_size=1, max_size=40).map(Track.of)
SPANS = st.tuples(st.integers(-MANY, MANY), st.integers(0, 2 * MANY))


def table() -> apsw.Connection:
    """The table of a new file, in memory."""
    db = apsw.Connection(":memory:")
    db.execute(
        "CREATE TABLE chunk (id INTEGER PRIMARY KEY, point INTEGER, at INTEGER, last INTEGER,"
        " count INTEGER, low ANY, high ANY, body BLOB)"
    )
    return db


def whole(tracks: Sequence[Track]) -> list[Row]:
    """What should be there: of one instant the last, in order."""
    rows = {row.at: row for track in tracks for row in track.rows()}
    return [rows[instant] for instant in sorted(rows)]


@given(rows=st.lists(ROWS, min_size=1, max_size=30))
def test_what_is_unpacked_is_what_was_packed(rows: list[Row]) -> None:
    """Each value of its own kind: 1 is not 1.0."""
    found = [*unpacked(packed(Track.of(rows))).rows()]
    assert [(r, type(r.value)) for r in found] == [(r, type(r.value)) for r in rows]


@given(sorted_in=st.lists(SORTED, min_size=1, max_size=6), span=SPANS)
def test_any_order_gives_one_course(sorted_in: list[Track], span: tuple[int, int]) -> None:
    """Back-filled, told twice, mixed: in any span of time it is what was told last, in order."""
    db = table()
    for track in sorted_in:
        put(db, 1, track)
        put(db, 2, Track.of([Row(0, 77, 0)]))
    chunks, wanted = Chunks(db.execute), whole(sorted_in)
    after, until = span[0], span[0] + span[1]
    within = [row for row in wanted if after < row.at <= until]
    assert [*chunks.rows(1, -FOREVER, FOREVER)] == wanted
    assert [*chunks.rows(1, after, until)] == within
    assert chunks.count(1, after, until) == len(within)
    assert chunks.last(1, until) == max((r for r in wanted if r.at <= until), default=None)
    assert [*chunks.rows(2, -FOREVER, FOREVER)] == [Row(0, 77, 0)]
    spans = [*db.execute("SELECT at, last FROM chunk WHERE point = 1 ORDER BY at")]
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    assert all(first // LASTING == last // LASTING for first, last in spans)


@given(tracks=st.lists(SORTED, min_size=1, max_size=3), low=st.integers(-9, 9))
def test_what_is_passed_over_is_in_the_span(tracks: list[Track], low: int) -> None:
    """A chunk that is missing has nothing but numbers of that span, none of them bad."""
    db, span = table(), (float(low), float(low + 2**40))
    for track in tracks:
        put(db, 1, track)
    chunks = Chunks(db.execute)
    loud = {row for track in chunks.loud(1, -FOREVER, FOREVER, *span) for row in track.rows()}
    for row in chunks.rows(1, -FOREVER, FOREVER):
        quiet = (
            isinstance(row.value, int | float) and row.mark < 2 and span[0] <= row.value <= span[1]
        )
        assert quiet or row in loud


def test_few_are_put_together_and_many_apart() -> None:
    """One that seldom speaks has one chunk for its hours, one that often speaks none too long."""
    db = table()
    for minute in range(60):
        put(db, 1, Track.of([Row(minute * 60_000_000, minute, 0)]))
    put(db, 2, Track.of([Row(n, n, 0) for n in range(3 * LONG + 1)]))
    seldom, often = (
        [count for (count,) in db.execute("SELECT count FROM chunk WHERE point = ?", (point,))]
        for point in (1, 2)
    )
    assert seldom == [60]
    assert SHORT <= min(often) <= max(often) <= LONG
    assert sum(often) == 3 * LONG + 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x" * 9,
        zlib.compress(b"\x93\x90\x90\xc4\x00"),
        zlib.compress(b"\x93\x91\x01\x92\x01\x02\xc4\x00"),
        zlib.compress(b"\x93\x92\xcf\xff\xff\xff\xff\xff\xff\xff\xff\x01\x92\x01\x02\xc4\x00"),
    ],
)
def test_what_was_never_packed_is_damage(body: bytes) -> None:
    """Nothing, noise, no reading, a value too many, an instant beyond all."""
    with pytest.raises(UnknownFile, match="chunk"):
        unpacked(body)


READ = st.lists(
    st.tuples(st.sampled_from((("a/1", "a/2"), ("a/2", "b/1"), ("a/1",))), st.integers(0, 9)),
    min_size=1,
    max_size=30,
)


@given(told=READ, at_once=st.integers(1, 10), shapes=st.integers(0, 3))
def test_a_pile_gives_each_point_its_own(
    told: list[tuple[tuple[str, ...], int]], at_once: int, shapes: int
) -> None:
    """In the order in which it came, whatever was read with it, be that ever something else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pile_module, "MOST_SHAPES", shapes)
        piled(told, at_once)


def piled(told: list[tuple[tuple[str, ...], int]], at_once: int) -> None:
    """Pile blocks up, and compare what each point has with what was told of it."""
    names = {1: "a/1", 2: "a/2", 3: "b/1"}
    ids = {name: number for number, name in names.items()}
    pile, wanted = Pile(names), dict[str, list[tuple[int, Plain]]]()
    blocks = [
        Block(group=Group.of(points), values=(value, value / 4)[: len(points)], at=at(second))
        for second, (points, value) in enumerate(told)
    ]
    for begin in range(0, len(blocks), at_once):
        columns = Columns()
        columns.add(blocks[begin : begin + at_once])
        numbers = [[ids[point] for point in shape] for shape in columns.shapes]
        pile.add(columns.packed(numbers), len(columns), numbers)
        assert pile.names()
    for block in blocks:
        for point, value in zip(block.points, block.values, strict=True):
            wanted.setdefault(point, []).append((micros(block.at), value))
    assert {*pile.names()} == {*wanted}
    for name, rows in wanted.items():
        assert [(row.at, row.value) for row in pile.track(name).rows()] == rows
    assert not len(pile.track("nobody"))


def test_sorting_keeps_up_with_what_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However fast that is: what waits to be sorted never grows beyond two piles."""
    monkeypatch.setattr("edge.history.history_file.SORT_ROWS", 640)
    monkeypatch.setattr("edge.history.history_file.SORT_OF_EACH", 0)
    file = HistoryFile(tmp_path / "history.db", micros(at(0)))
    for second in range(60):
        file.write([read(second, n, f"p/{n}") for n in range(100)])
        file.tidy(micros(at(second)))
        assert sum(pile.count for pile in file.piles) <= 2 * 640 + 200
    file.close()


def test_where_many_speak_each_has_a_chunk_before_it_is_sorted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sorted is not taken up again for a few more readings; up to a bound, though."""
    monkeypatch.setattr("edge.history.history_file.SORT_ROWS", 100)
    file = HistoryFile(tmp_path / "history.db", micros(at(0)))
    for second in range(120):
        file.write([read(second, n, f"p/{n}") for n in range(20)])
        file.tidy(micros(at(second)))
        assert (len(file.piles) == 2) == (second >= 79), "being sorted"
    monkeypatch.setattr("edge.history.history_file.MOST_ROWS", 400)
    file.sort()
    for second in range(120, 140):
        file.write([read(second, n, f"p/{n}") for n in range(20)])
        file.tidy(micros(at(second)))
        assert (len(file.piles) == 2) == (second >= 139), "being sorted"
    file.close()
