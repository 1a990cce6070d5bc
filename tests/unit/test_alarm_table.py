"""The tables of docs/alarms.md: every state, every stimulus, with and without a restart."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fakes.alarm_table import ROWS, STIMULI, TABLES, Case

DOCS = Path(__file__).parents[2] / "docs"
MARK = re.compile(r"<!-- states: (\w+) -->\n((?:\|.*\n)+)")

Cells = dict[tuple[str, str, str], str]


def cells(document: str) -> Cells:
    """The cells of a document by table, state and stimulus."""
    found: Cells = {}
    for table, rows in MARK.findall((DOCS / document).read_text("utf-8")):
        head, _, *lines = (
            [cell.strip() for cell in row.split("|")[1:-1]] for row in rows.split("\n")[:-1]
        )
        for line in lines:
            state = line[0].strip("`")
            for stimulus, cell in zip(head[1:], line[1:], strict=True):
                assert (table, state, stimulus) not in found
                found[table, state, stimulus] = cell
    return found


CELLS = cells("alarms.md")
WALK = [(table, row, stimulus) for table in TABLES for row in TABLES[table] for stimulus in STIMULI]


def expected(row: str, cell: str) -> str:
    """A cell as the walk says it: the next state, then what is told."""
    if cell == "—":
        return row
    state, _, told = cell.partition(": ")
    state = row if state == "=" else state.strip("`")
    return f"{state}: {told}" if told else state


def test_every_state_and_every_stimulus_is_there() -> None:
    """Nothing is left open: each table has a cell for all that can happen in each of its states."""
    assert set(CELLS) == set(WALK)
    assert {row for rows in TABLES.values() for row in rows} == set(ROWS)


def test_both_languages_say_the_same() -> None:
    """The tables are the same in the Chinese document."""
    assert cells("alarms.zh-CN.md") == CELLS


@pytest.mark.parametrize("restart", ["straight", "restarted"])
@pytest.mark.parametrize(("table", "row", "stimulus"), WALK)
def test_a_cell(table: str, row: str, stimulus: str, restart: str) -> None:
    """The alarm comes to stand, and tells, what the document says; a restart changes neither."""
    case = Case(table, row, stimulus)
    assert case.state() == row
    if restart == "restarted":
        case.life.restart()
        assert case.state() == row
    assert case.happens() == expected(row, CELLS[table, row, stimulus])


@pytest.mark.parametrize(("table", "row", "stimulus"), WALK)
def test_a_restart_afterwards(table: str, row: str, stimulus: str) -> None:
    """What has come of it is on the disk with it, to the last byte, and nothing is told of it."""
    case = Case(table, row, stimulus)
    case.happens()
    life, before = case.life, (case.state(), dict(case.life.disk), case.life.alarms.wake_at())
    life.restart()
    assert life.wait(life.now) == []
    assert life.alarms.take_changed() == {}
    assert (case.state(), life.disk, life.alarms.wake_at()) == before
