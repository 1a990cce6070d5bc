"""Readings taken along: as CSV, as Parquet, and by the command."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from edge.__main__ import main
from edge.history.export import Label, Resolution, Wanted, pieces
from edge.history.history_file import HistoryFile
from edge.history.look import looking
from edge.history.parquet import ParquetSheet
from edge.history.rows import micros
from edge.history.sheets import CsvSheet, Sheet
from edge.model import Quality, Reading
from tests.fakes.history import at, read

READ = [
    read(0, -1.5, "lift-1/load"),
    read(30, 2.5, "lift-1/load", Quality.UNCERTAIN),
    read(90, None, "lift-1/load", Quality.BAD),
    read(10, value=True, point="lift-1/door_open"),
    read(20, '=HYPERLINK("x")', "lift-1/text"),
]
POINTS = ("lift-1/door_open", "lift-1/load", "lift-1/text")

SITE = """
site: {id: s, name: {zh: 小区, en: Court}, language: en}
gateway: {id: g}
links: []
devices: []
"""


def store(folder: Path) -> Path:
    """A history with a few readings, of which one is not sorted yet."""
    path = folder / "history.db"
    file = HistoryFile(path, micros(at(0)))
    file.write(READ[:4])
    file.sort()
    file.write(READ[4:])
    file.close()
    return path


def wanted(resolution: Resolution = "raw") -> Wanted:
    """All of it."""
    labels = {"lift-1/load": Label("1号梯 载重", "kg")}
    span = (micros(at(0)), micros(at(600)))
    return Wanted(points=POINTS, since=span[0], until=span[1], resolution=resolution, labels=labels)


def written(path: Path, sheet: Sheet, which: Wanted) -> bytes:
    """The whole file."""
    with looking(path) as look:
        parts = [sheet.add(lines) for lines in pieces(look, which)]
    return sheet.begin() + b"".join(parts) + sheet.end()


def test_a_sheet_that_a_spreadsheet_opens(tmp_path: Path) -> None:
    """In the site's time and words; no text begins as a formula does, a negative number does."""
    sheet = CsvSheet(wanted(), ZoneInfo("Asia/Shanghai"))
    body = written(store(tmp_path), sheet, wanted())
    assert body.startswith("\ufeffpoint,".encode())
    _, *lines = csv.reader(io.StringIO(body.decode("utf-8-sig")))
    assert lines == [
        ["lift-1/door_open", "", "", "2026-01-01T08:00:10+08:00", "true", "good"],
        ["lift-1/load", "1号梯 载重", "kg", "2026-01-01T08:00:00+08:00", "-1.5", "good"],
        ["lift-1/load", "1号梯 载重", "kg", "2026-01-01T08:00:30+08:00", "2.5", "uncertain"],
        ["lift-1/load", "1号梯 载重", "kg", "2026-01-01T08:01:30+08:00", "", "bad"],
        ["lift-1/text", "", "", "2026-01-01T08:00:20+08:00", '\'=HYPERLINK("x")', "good"],
    ]


def test_minutes_as_a_sheet(tmp_path: Path) -> None:
    """Count, least, greatest, mean by time, last; uncertain and bad time beside it."""
    sheet = CsvSheet(wanted("minute"), ZoneInfo("UTC"), "utf-8")
    body = written(store(tmp_path), sheet, wanted("minute")).decode()
    assert [line.split(",", 3)[3] for line in body.splitlines()[2:]] == [
        "2026-01-01T00:00:00+00:00,2,-1.5,2.5,0.5,2.5,uncertain,30.0,0.0",
        "2026-01-01T00:01:00+00:00,1,,,2.5,,bad,30.0,30.0",
    ]


@pytest.mark.parametrize("resolution", ["raw", "minute"])
def test_a_parquet_file(resolution: Resolution, tmp_path: Path) -> None:
    """Text stands in a column of its own; piece by piece it is one file."""
    parquet = pytest.importorskip("pyarrow.parquet")
    which = wanted(resolution)
    body = written(store(tmp_path), ParquetSheet(which), which)
    table = parquet.read_table(io.BytesIO(body)).to_pylist()
    value = "value" if resolution == "raw" else "last"
    told = [(row["point"], row[value], row["text"], row["quality"]) for row in table]
    assert told[0] == ("lift-1/door_open", 1.0, None, "good")
    assert table[1]["at"] == at(0)
    assert (table[1]["name"], table[1]["unit"]) == ("1号梯 载重", "kg")
    if resolution == "raw":
        assert told[-1] == ("lift-1/text", None, '=HYPERLINK("x")', "good")
    else:
        assert [(row["count"], row["mean"]) for row in table] == [(1, 1.0), (2, 0.5), (1, 2.5)]


def test_many_readings_come_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each once, wherever a piece ends; the beginning of the time and its end are included."""
    file = HistoryFile(tmp_path / "history.db", micros(at(0)))
    every = [Reading(point=f"p/{n % 3}", value=n, at=at(n)) for n in range(60)]
    file.write(every)
    file.sort()
    file.close()
    which = Wanted(points=("p/0", "p/2"), since=micros(at(3)), until=micros(at(30)))
    with looking(tmp_path / "history.db") as look:
        for limit in (1, 2, 5, 9, 18, 100):
            monkeypatch.setattr("edge.history.export.AT_ONCE", limit)
            got = [line.read for lines in pieces(look, which) for line in lines]
            assert [row.value for row in got] == [*range(3, 31, 3), *range(5, 31, 3)]  # type: ignore[union-attr]


def test_the_command(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Beside a gateway or without one; what is not there is said in words."""
    site = tmp_path / "site.yaml"
    site.write_text(SITE)
    assert main(["--lang=en", "history", "export", str(site)]) == 2
    (tmp_path / "var").mkdir()
    store(tmp_path / "var")
    capsysbinary.readouterr()
    span = ["--from", "2026-01-01T07:00", "--to", "2026-01-01T09:00"]
    command = ["--lang=en", "history", "export", str(site), *span]
    assert main([*command, "--points", "lift-*/door*"]) == 0
    assert (
        b"lift-1/door_open,,,2026-01-01T08:00:10+08:00,true,good" in capsysbinary.readouterr().out
    )
    assert main([*command, "--output", str(tmp_path / "all.csv")]) == 0
    assert len((tmp_path / "all.csv").read_text(encoding="utf-8-sig").splitlines()) == 6
    for wrong, said in ((["--kind", "gate"], b"no such point"), (["--to", "no"], b"no moment")):
        assert main([*command, *wrong]) == 2
        assert said in capsysbinary.readouterr().err
