"""The gateway's health, check by check; its log, and its audit log as a sheet."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from edge.access.audit import AuditLine
from edge.api.running import SeriesStanding, Standing, UplinkStanding, WayStanding
from edge.api.ui import audit_sheet
from edge.api.ui.health import checks
from edge.api.ui.log_lines import MOST_ROWS, chosen
from edge.logs import LogLine
from edge.model import Lane
from tests.fakes.time import EPOCH

HOUR = timedelta(hours=1)


def standing(**changed: object) -> Standing:
    """A gateway that is well, but for what is given."""
    well: dict[str, object] = {
        "uplinks": (UplinkStanding(id="platform", up=True, reason="", waiting={Lane.INFO: 0}),),
        "oldest": None,
        "refused": 0,
        "readings": 9,
        "events": 9,
        "clock": "trusted",
        "disk_free": 8_000_000_000,
        "store_size": 2_000_000,
        "buffer": 90 * HOUR,
    }
    return Standing(**(well | changed))  # type: ignore[arg-type]


def series(**changed: object) -> SeriesStanding:
    """A database that takes every reading, but for what is given."""
    well: dict[str, object] = {"up": True, "reason": "", "waiting": 3, "oldest": EPOCH}
    counts: dict[str, object] = {"written": 9, "refused": 0, "dropped": 0}
    return SeriesStanding(**(well | counts | changed))  # type: ignore[arg-type]


def amiss(**changed: object) -> list[tuple[str, str]]:
    """What is a fault, with how it is."""
    found = checks(standing(**changed), EPOCH + HOUR)
    return [(each.what.en, each.state.en) for each in found if each.tone == "fault"]


def one_way() -> UplinkStanding:
    """A platform that is reached, but only one way of two."""
    return UplinkStanding(
        id="city",
        up=True,
        reason="connected",
        waiting={Lane.FAULT: 7},
        ways=(
            WayStanding(over="mqtt", up=True, reason="connected", used=True),
            WayStanding(over="https", up=False, reason="unknown authority", used=False),
        ),
    )


def test_a_gateway_that_is_well_has_nothing_to_tell() -> None:
    """Every check has a state in both languages, and no remedy."""
    found = checks(standing(), EPOCH)
    assert {each.tone for each in found} == {"good"}
    assert all(each.state.zh and each.remedy is None for each in found)


def test_each_trouble_is_one_check_with_a_remedy() -> None:
    """A disk that refuses first; the clock, the disk, the buffer, the uplink, and what waits."""
    gone = UplinkStanding(id="city", up=False, reason="no CONNACK", waiting={Lane.FAULT: 7})
    full = "/var: the disk is full"
    assert amiss(refusal=full) == [("Writing to the disk", f"The disk takes nothing: {full}")]
    assert amiss(clock="untrusted") == [("Clock", "Not synchronised with a time server")]
    assert amiss(disk_free=1_000_000) == [("Disk space left", "Little is left")]
    assert amiss(buffer=HOUR) == [("Lasts without the platform", "Less than a day")]
    assert amiss(uplinks=(gone,)) == [("Uplink city", "no CONNACK")]
    assert amiss(uplinks=(one_way(),)) == [("Uplink city: HTTPS", "unknown authority")]
    assert amiss(oldest=EPOCH) == [("Oldest event without a receipt", "Waits for long")]
    assert amiss(refused=2) == [("Events refused by the platform", "Some")]
    away = series(up=False, reason="db:8086: Connection refused")
    assert amiss(series=away) == [("Database of readings", "db:8086: Connection refused")]
    lost = [("Readings missing in the database", "Some")]
    assert amiss(series=series(refused=1)) == amiss(series=series(dropped=1)) == lost
    assert amiss(series=series()) == []
    assert all(each.remedy for each in checks(standing(refused=2), EPOCH) if each.tone == "fault")


def test_a_buffer_that_is_not_known_yet_is_no_fault() -> None:
    """A gateway that has just begun knows no pace."""
    assert amiss(buffer=None) == []


def line(number: int, level: str, event: str, keys: str = "") -> LogLine:
    """A line of the log."""
    return LogLine(number, "2026-01-01T00:00:00Z", level, event, keys)


def test_lines_are_chosen_by_level_and_by_every_word() -> None:
    """Newest first; a level is the least grave that is wanted."""
    lines = [
        line(1, "info", "link.changed", "link=bus"),
        line(2, "warning", "gate.unknown", "topic=x"),
        line(3, "error", "link.fault", "link=bus"),
    ]
    assert [row.number for row in chosen(lines, "info", "")] == [3, 2, 1]
    assert [row.number for row in chosen(lines, "warning", "")] == [3, 2]
    assert [row.number for row in chosen(lines, "info", "LINK bus")] == [3, 1]
    assert [row.grave for row in chosen(lines, "info", "")] == [True, True, False]
    assert chosen(lines, "info", "")[0].at == EPOCH
    assert len(chosen([line(n, "info", "x") for n in range(900)], "info", "")) == MOST_ROWS


def test_a_line_without_an_instant_is_shown_all_the_same() -> None:
    """Whatever wrote it."""
    assert chosen([LogLine(1, "", "info", "x", "")], "info", "")[0].at is None


def test_the_sheet_opens_in_a_spreadsheet_and_runs_nothing_there() -> None:
    """UTF-8 with its mark, one row a line; what somebody typed at the login is no formula."""
    noted = AuditLine(
        number=3,
        at=EPOCH,
        who="=cmd|' /C calc'!A0",
        role="",
        door="",
        address="10.0.0.7",
        what="session.refused",
        about="@SUM(A1)",
        outcome="refused",
        detail={"why": "密码错误"},
    )
    text = audit_sheet.head() + audit_sheet.rows([noted])
    assert text.startswith("\ufeff")
    head, row = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    told = dict(zip(head, row, strict=True))
    assert told["who"].startswith("'=")
    assert told["about"] == "'@SUM(A1)"
    assert told["detail"] == '{"why": "密码错误"}'
