"""Instants, durations and values as people read them, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.api.ui import wording
from edge.api.ui.language import preferred, safe_path
from edge.api.ui.time_tag import time_tag
from edge.model import Point, Text, Value

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 1, 20, 30, 15, 250_000, tzinfo=UTC)
"""In Shanghai it is the second of March already."""


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "0 s", "0秒"),
        (0.0142, "14 ms", "14 ms"),
        (3.02, "3.0 s", "3.0秒"),
        (9, "9 s", "9秒"),
        (61, "1 min 1 s", "1分1秒"),
        (3600, "1 h", "1小时"),
        (3605, "1 h 0 min", "1小时0分"),
        (93_784, "1 d 2 h", "1天2小时"),
        (-75, "−1 min 15 s", "−1分15秒"),
        (None, "–", "–"),
    ],
)
def test_a_duration_has_two_units_at_most(
    seconds: float | None, english: str, chinese: str
) -> None:
    """Fine where it is short, coarse where it is long."""
    assert wording.lasting(seconds, "en") == english
    assert wording.lasting(seconds, "zh") == chinese


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (-3, "just now", "刚刚"),
        (0.4, "just now", "刚刚"),
        (59, "59 s ago", "59秒前"),
        (3599, "59 min ago", "59分前"),
        (90_000, "1 d ago", "1天前"),
    ],
)
def test_an_age_has_one_unit(seconds: float, english: str, chinese: str) -> None:
    """A clock that runs behind makes nothing of the future."""
    at = NOW - timedelta(seconds=seconds)
    assert wording.aged(at, NOW, "en") == english
    assert wording.aged(at, NOW, "zh") == chinese


def test_what_is_left_turns_into_what_it_is_over_by() -> None:
    """A deadline says which side of it one is on."""
    assert wording.left(NOW + timedelta(seconds=245), NOW, "en") == "4 min 5 s left"
    assert wording.left(NOW - timedelta(seconds=245), NOW, "en") == "over by 4 min 5 s"
    assert wording.left(NOW + timedelta(hours=2), NOW, "zh") == "还剩2小时"
    assert wording.left(NOW - timedelta(hours=2), NOW, "zh") == "已超2小时"


def test_times_are_those_of_the_site() -> None:
    """Without the date where it is today's there; with the year where it is another."""
    assert wording.told(NOW, NOW, SHANGHAI) == "04:30:15"
    assert wording.told(NOW, NOW, SHANGHAI, exact=True) == "04:30:15.250"
    assert wording.told(NOW - timedelta(hours=5), NOW, SHANGHAI) == "03-01 23:30:15"
    assert wording.told(NOW - timedelta(days=90), NOW, SHANGHAI) == "2025-12-02 04:30:15"
    assert wording.told(None, NOW, SHANGHAI) == "–"


def test_a_time_says_more_to_a_machine_and_to_a_pointer() -> None:
    """The instant in UTC, and the full local time; what runs is marked for the script."""
    tag = time_tag(NOW, "now", SHANGHAI, "ages")
    assert 'datetime="2026-03-01T20:30:15.250000Z"' in tag
    assert 'title="2026-03-02 04:30:15 Asia/Shanghai" data-ages>now<' in tag


def test_words_of_a_time_cannot_become_markup() -> None:
    """Whatever is shown is escaped."""
    assert "<b>" not in time_tag(NOW, "<b>", SHANGHAI)
    assert "<b>" not in time_tag(None, "<b>", SHANGHAI)


FLOOR = Point(name="way", type="int", text=Text("", ""), labels={1: Text("上行", "Up")})
PRESSURE = Point(name="p", type="float", text=Text("", ""), unit="kPa")


@pytest.mark.parametrize(
    ("value", "point", "english", "chinese"),
    [
        (True, None, "Yes", "是"),
        (False, FLOOR, "No", "否"),
        (1, FLOOR, "Up", "上行"),
        (7, FLOOR, "7", "7"),
        (238.0, PRESSURE, "238 kPa", "238 kPa"),
        (0.1 + 0.2, None, "0.3", "0.3"),
        (1234567.5, None, "1234567.5", "1234567.5"),
        ("open", None, "open", "open"),
        (None, PRESSURE, "–", "–"),
    ],
)
def test_a_value_is_read_with_its_point(
    value: Value | None, point: Point | None, english: str, chinese: str
) -> None:
    """Labels, units, yes and no; true is not the number 1."""
    assert wording.number(value, "en", point) == english
    assert wording.number(value, "zh", point) == chinese


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (999.7, "1.0 kB"),
        (1_000, "1.0 kB"),
        (99_960, "100.0 kB"),
        (999_600, "1.0 MB"),
        (12_300_000_000, "12.3 GB"),
        (5e15, "5000 TB"),
    ],
)
def test_a_size_has_few_digits(count: float, words: str) -> None:
    """And never a power of ten."""
    assert wording.size(count) == words


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", None),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB", "en"),
        ("de,EN-us;q=0.5", "en"),
        ("de, fr", None),
        ("*", None),
    ],
)
def test_a_browser_says_what_it_prefers(header: str, language: str | None) -> None:
    """The first of ours; none where it names neither."""
    assert preferred(header) == language


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("/alarms?lane=fault", "/alarms?lane=fault"),
        ("https://gateway/alarms?x=1", "/alarms?x=1"),
        ("https://evil.example", "/"),
        ("//evil.example/x", "/x"),
        ("///evil.example/x", "/evil.example/x"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        ("/a\r\nSet-Cookie: x", "/aSet-Cookie: x"),
        ("http://[bad", "/"),
    ],
)
def test_nobody_is_led_away(wanted: str, path: str) -> None:
    """What a link or a form asks to go to next is a path on this gateway, or the first page."""
    assert safe_path(wanted) == path


@given(st.text(max_size=60))
def test_any_text_leads_to_a_path_here(wanted: str) -> None:
    """It begins with one slash, is on one line, and never raises."""
    path = safe_path(wanted)
    assert path.startswith("/")
    assert not path.startswith("//")
    assert "\\" not in path
    assert path.isprintable()
