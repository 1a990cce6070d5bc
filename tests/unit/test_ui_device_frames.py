"""A frame taken apart: every byte stands in it once, beside what it means."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from edge.api.ui.device.frames import BEGINNING, line_of, taken_apart
from edge.api.ui.device.quality import quality_of
from edge.model import Text
from edge.trace import MOST_BYTES, Frame, Part, Tally
from tests.fakes.time import EPOCH

BODY = bytes.fromhex("0203040001005a9c2f")
PARTS = (
    Part(0, 1, Text("单元号", "Unit"), "2"),
    Part(1, 2, Text("功能码", "Function"), "3", Text("读保持寄存器", "read holding registers")),
    Part(3, 7, Text("运行小时", "Hours run"), "65626 h"),
    Part(3, 5, Text("寄存器 1", "Register 1"), "0x0001 = 1"),
    Part(5, 7, Text("寄存器 2", "Register 2"), "0x005A = 90"),
    Part(0, 0, Text("不完整", "Cut short"), "2"),
)


def frame(body: bytes, note: str = "") -> Frame:
    """A frame that came."""
    return Frame(7, EPOCH, "in", "lift-1", body, note)


def test_bytes_stand_in_groups_that_know_their_fields() -> None:
    """A group begins and ends where a field does; a byte may belong to two."""
    opened = taken_apart(frame(BODY), PARTS)
    assert [(each.hex, each.parts) for each in opened.bytes] == [
        ("02", (0,)),
        ("03", (1,)),
        ("04", ()),
        ("00 01", (2, 3)),
        ("00 5a", (2, 4)),
        ("9c 2f", ()),
    ]


def test_a_field_within_another_is_told_apart() -> None:
    """A register of a value of two, a point of a register; what has no bytes is in nothing."""
    opened = taken_apart(frame(BODY), PARTS)
    assert [each.inner for each in opened.fields] == [False, False, False, True, True, False]


def test_a_line_shows_how_a_frame_begins() -> None:
    """Bytes of a bus in hex, a message of text as it can be read."""
    short, long = line_of(frame(BODY)), line_of(frame(bytes(100)))
    assert (short.beginning, short.more, short.size) == (BODY.hex(" "), False, 9)
    assert (len(long.beginning.split()), long.more) == (BEGINNING, True)
    told = line_of(frame('{"device":"王奶奶"}'.encode()))
    assert told.beginning == '{"device":"王奶奶"}'


def test_what_was_longer_than_is_kept_says_so() -> None:
    """Only then."""
    assert taken_apart(frame(bytes(MOST_BYTES)), ()).cut
    assert not taken_apart(frame(BODY), ()).cut


@given(
    st.binary(max_size=60),
    st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70)), max_size=8),
)
def test_no_byte_is_lost_whatever_the_fields_say(body: bytes, spans: list[tuple[int, int]]) -> None:
    """Also where a driver points beyond the end."""
    parts = [Part(start, end, Text("", ""), "") for start, end in spans]
    opened = taken_apart(frame(body), parts)
    assert bytes.fromhex("".join(each.hex for each in opened.bytes)) == body
    assert len(opened.fields) == len(parts)


def test_quality_is_one_word_and_the_numbers_behind_it() -> None:
    """The commonest failure first; nothing counted is no verdict."""
    assert quality_of(Tally()).verdict == "unknown"
    tally = Tally(
        sent=100,
        heard=97,
        good=96,
        failed=4,
        last_good=EPOCH,
        round_trip=0.035,
        longest=0.2,
        reasons={"garbled": 1, "no answer": 3},
        resting_until=EPOCH + timedelta(seconds=9),
    )
    quality = quality_of(tally)
    assert (quality.verdict, quality.share) == ("fault", 0.96)
    assert [(each.said, each.count) for each in quality.failures] == [
        ("no answer", 3),
        ("garbled", 1),
    ]
    assert quality_of(Tally(good=1000, failed=1)).verdict == "good"
