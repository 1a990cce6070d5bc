"""The history's file read for a replay: sorted or not, and what is passed over."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from edge.history.history_file import HistoryFile
from edge.history.reel import NOTHING, Reel, Span
from edge.history.rows import Row, micros
from edge.history.schema import UnknownFile
from edge.model import Quality, Reading, Value
from tests.fakes.history import at

KEPT: tuple[tuple[float, Value | None, Quality], ...] = (
    (1, 20.0, Quality.GOOD),
    (2, 31.0, Quality.GOOD),
    (3, 30, Quality.UNCERTAIN),
    (4, 25.0, Quality.BAD),
    (5, True, Quality.GOOD),
    (6, None, Quality.GOOD),
    (7, "20", Quality.GOOD),
    (8, 20, Quality.GOOD),
)
"""Seconds, values and qualities of one point."""

LOUD = [2, 4, 5, 6, 7]
"""The seconds of those that are no good number from 20 to 30."""

FOREVER = 2**62


def reading(seconds: float, value: Value | None, quality: Quality = Quality.GOOD) -> Reading:
    """A reading of the point."""
    return Reading(point="p/x", value=value, at=at(seconds), quality=quality)


def file(folder: Path, *, sorted_: int) -> Path:
    """A file with these, of which so many are sorted."""
    path = folder / "history.db"
    history = HistoryFile(path, micros(at(0)))
    readings = [reading(*each) for each in KEPT]
    history.write([Reading(point="p/other", value=1, at=at(3))])
    history.write(readings[:sorted_])
    history.sort()
    history.write(readings[sorted_:])
    history.close()
    return path


def seconds(rows: list[Row]) -> list[float]:
    """When they were read."""
    return [(row.at - micros(at(0))) / 10**6 for row in rows]


@pytest.mark.parametrize("sorted_", [0, 4, 8])
def test_what_is_in_the_span_is_passed_over(tmp_path: Path, sorted_: int) -> None:
    """Bad, true, no value and text never are; what is not sorted yet is there all the same."""
    with Reel(file(tmp_path, sorted_=sorted_)) as reel:
        [point] = [number for number, name in reel.points().items() if name == "p/x"]
        span = Span(20, 30)
        assert seconds(reel.rows(point, 0, FOREVER, 9, span)) == LOUD
        assert seconds(reel.rows(point, 0, FOREVER, 2, span)) == LOUD[:2]
        after, until = micros(at(2)), micros(at(5))
        assert seconds(reel.rows(point, after, until, 9, span)) == [4, 5]
        assert seconds(reel.rows(point, after, until, 9, NOTHING)) == [3, 4, 5]
        assert reel.count(point, after, until, span) == (3, micros(at(4)))
        assert reel.count(point, micros(at(7)), FOREVER, span) == (1, None)
        assert reel.before(point, micros(at(5))) == Row(micros(at(5)), 1, 4)
        assert reel.before(point, micros(at(0.5))) is None
        assert reel.since == micros(at(0))


def test_what_is_sorted_meanwhile_is_there_once(tmp_path: Path) -> None:
    """The gateway goes on while somebody reads."""
    path = file(tmp_path, sorted_=4)
    with Reel(path) as reel:
        history = HistoryFile(path, micros(at(9)))
        history.sort()
        history.close()
        [point] = [number for number, name in reel.points().items() if name == "p/x"]
        assert seconds(reel.rows(point, 0, FOREVER, 99, NOTHING)) == [each[0] for each in KEPT]


def test_what_is_no_history_is_not_read(tmp_path: Path) -> None:
    """Another program's database, or no database at all."""
    other = tmp_path / "other.db"
    apsw.Connection(str(other)).execute("CREATE TABLE t (x)")
    with pytest.raises(UnknownFile):
        Reel(other)
    (tmp_path / "text.db").write_bytes(b"text" * 400)
    with pytest.raises(apsw.NotADBError):
        Reel(tmp_path / "text.db")
