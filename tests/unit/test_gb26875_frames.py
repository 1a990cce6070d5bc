"""Frames of GB/T 26875.3 and their finding in a stream."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge.drivers.gb26875 import frames
from edge.drivers.gb26875.frames import Damaged, Frame, Framer
from tests.fakes.gb26875 import component, frame

# Laid out by hand from the table of fields. The checksum is the sum from 05 through the app data:
# 05+01+01 = 7; the time 1E+14+0A+01+07+13 = 87; 7B = 123; 01; 09; 02; 15+01+02 = 24; time 87
# 7 + 87 + 123 + 1 + 9 + 2 + 24 + 87 = 340 = 0x154, modulo 256 = 0x54.
GOLDEN = bytes.fromhex(
    "4040 0500 0101 1E140A010713 7B0000000000 010000000000 0900 02 1501021E140A010713 54 2323"
)
GOLDEN_FRAME = Frame(
    serial=5,
    version=b"\x01\x01",
    label=bytes((30, 20, 10, 1, 7, 19)),
    source=123,
    destination=1,
    command=2,
    app=bytes.fromhex("1501021E140A010713"),
)

# Shortest frame, all numbers 0: the checksum is 01+00 of the version.
EMPTY = bytes.fromhex(
    "4040 0000 0100 000000000000 000000000000 000000000000 0000 03 04 2323".replace(" ", "")
)

app_data = st.binary(max_size=60) | st.binary(max_size=1024)
any_frame = st.builds(
    Frame,
    serial=st.integers(0, 0xFFFF),
    version=st.binary(min_size=2, max_size=2),
    label=st.binary(min_size=6, max_size=6),
    source=st.integers(0, (1 << 48) - 1),
    destination=st.integers(0, (1 << 48) - 1),
    command=st.integers(0, 255),
    app=app_data,
)
# Noise in which no start can begin, nor end in the half of one.
harmless = st.binary(max_size=80).map(lambda noise: noise.replace(b"\x40", b"\x41"))
# What begins like a frame: a header whose data never comes, with some of it.
begun = st.builds(
    lambda sent, cut: frames.encode(sent)[:cut], any_frame, st.integers(2, frames.HEADER + 40)
)
rough = st.lists(st.binary(max_size=60) | begun, max_size=4).map(b"".join)

# Start bytes twice before a frame. Read from the first, serial and version are 40, the data are
# four bytes, the end is the frame's own; and the sum is right: four times 40 is 0 modulo 256.
SUMS_UP = (
    b"@@@@",
    [
        Frame(serial=0, version=b"\0\0", label=bytes(6), source=0, destination=4 << 16, command=0),
        Frame(serial=0, version=b"\0\0", label=bytes(6), source=0, destination=0, command=0),
    ],
)


def clear_of(noise: bytes, sent: list[Frame]) -> list[Frame]:
    """Return the frames into which no whole frame reaches that begins within the noise.

    With a sum of one byte such a one can be, and by its bytes it is as good as what was meant.
    """
    raw = noise + b"".join(frames.encode(each) for each in sent)
    taken = len(noise)
    for at in range(len(noise)):
        size = frames.SHORTEST + frames.app_length(raw[at : at + frames.HEADER])
        if frames.fault_of(raw[at : at + size]) is None:
            taken = max(taken, at + size)
    starts = accumulate((len(frames.encode(each)) for each in sent), initial=len(noise))
    return [each for at, each in zip(starts, sent, strict=False) if at >= taken]


def fed(framer: Framer, raw: bytes) -> list[Frame | Damaged]:
    """Feed and list."""
    return list(framer.feed(raw))


def good(found: list[Frame | Damaged]) -> list[Frame]:
    """Keep the frames."""
    return [each for each in found if isinstance(each, Frame)]


def test_golden_frame_both_ways() -> None:
    """A frame laid out by hand reads and writes as the table says."""
    assert frames.encode(GOLDEN_FRAME) == GOLDEN
    assert fed(Framer(), GOLDEN) == [GOLDEN_FRAME]


def test_shortest_frame() -> None:
    """Thirty bytes are a frame: no app data, checksum 1 + 3."""
    assert len(EMPTY) == frames.SHORTEST
    (found,) = fed(Framer(), EMPTY)
    assert isinstance(found, Frame)
    assert (found.command, found.app, found.source) == (3, b"", 0)


def test_reply_swaps_addresses_and_keeps_the_serial() -> None:
    """An answer has the same serial and version, the addresses swapped and its own time."""
    answer = frames.reply(replace(GOLDEN_FRAME, version=b"\x10\x00"), 3, bytes(6))
    assert (answer.serial, answer.source, answer.destination) == (5, 1, 123)
    assert (answer.version, answer.label, answer.command, answer.app) == (
        b"\x10\x00",
        bytes(6),
        3,
        b"",
    )


@pytest.mark.parametrize(
    "wrong", [{"app": bytes(1025)}, {"version": b"\x01"}, {"label": bytes(5)}, {"serial": 65536}]
)
def test_a_field_that_does_not_fit_is_refused(wrong: dict[str, object]) -> None:
    """No frame leaves that the other side could not read."""
    with pytest.raises((ValueError, OverflowError)):
        frames.encode(replace(GOLDEN_FRAME, **wrong))  # type: ignore[arg-type]


@given(any_frame)
def test_what_is_written_is_read_again(sent: Frame) -> None:
    """Every frame comes through whole, whatever stands in its data."""
    framer = Framer()
    assert fed(framer, frames.encode(sent)) == [sent]
    assert framer.pending == 0


@given(st.lists(any_frame, min_size=1, max_size=4), st.integers(1, 40))
def test_any_cutting_gives_the_same_frames(sent: list[Frame], size: int) -> None:
    """Where a stream is cut does not matter, and little is held back."""
    raw = b"".join(frames.encode(each) for each in sent)
    framer, found = Framer(), []
    for at in range(0, len(raw), size):
        found += fed(framer, raw[at : at + size])
        assert framer.pending < frames.LONGEST
    assert found == sent


def test_split_at_every_byte() -> None:
    """A frame cut in two at any byte comes out once, at its last byte."""
    raw = frames.encode(frame(component(2)))
    for at in range(1, len(raw)):
        framer = Framer()
        assert fed(framer, raw[:at]) == []
        assert fed(framer, raw[at:]) == [frame(component(2))]


def test_two_frames_in_one_read() -> None:
    """Frames that arrive together come out one by one."""
    first, second = frame(component(2)), frame(component(3), serial=6)
    assert fed(Framer(), frames.encode(first) + frames.encode(second)) == [first, second]


@pytest.mark.parametrize("inside", [b"\x23\x23", b"\x40\x40", b"\x23\x23\x40\x40", b"@" * 40])
def test_marks_inside_the_data(inside: bytes) -> None:
    """Start and end marks inside app data neither end nor begin a frame."""
    sent = frame(b"\x80\x01" + inside)
    assert fed(Framer(), frames.encode(sent)) == [sent]


@given(st.binary(max_size=3000))
def test_noise_never_raises(noise: bytes) -> None:
    """Any bytes at all are survived, and less than a frame of them is held back."""
    framer = Framer()
    fed(framer, noise)
    assert framer.pending < frames.LONGEST
    while framer.pending:
        before = framer.pending
        framer.skip()
        assert framer.pending < before


@given(harmless, any_frame, harmless, any_frame)
def test_noise_between_frames(first: bytes, one: Frame, second: bytes, two: Frame) -> None:
    """What stands between frames is dropped, and no frame with it."""
    raw = first + frames.encode(one) + second + frames.encode(two)
    assert fed(Framer(), raw) == [one, two]


@given(rough, st.lists(any_frame, min_size=2, max_size=4))
@example(*SUMS_UP)
def test_no_frame_is_lost_behind_any_noise(noise: bytes, sent: list[Frame]) -> None:
    """After noise of any kind, and a stall at worst, every good frame has come out."""
    framer = Framer()
    found = fed(framer, noise + b"".join(frames.encode(each) for each in sent))
    while framer.pending:
        found += framer.skip()
    clear = clear_of(noise, sent)
    assert good(found)[len(good(found)) - len(clear) :] == clear


def test_noise_that_sums_up_with_a_frame_takes_that_frame_alone() -> None:
    """Bytes that are a whole frame are one, whoever meant another; the next frame comes out."""
    noise, (first, second) = SUMS_UP
    found = good(fed(Framer(), noise + frames.encode(first) + frames.encode(second)))
    assert [frames.encode(each) for each in found] == [
        noise + frames.encode(first),
        frames.encode(second),
    ]


@pytest.mark.parametrize("at", range(len(frames.encode(frame(component(2))))))
def test_one_corrupt_frame_before_three_good_ones(at: int) -> None:
    """Whichever byte is wrong, the three frames behind it all come out at once."""
    raw = bytearray(frames.encode(frame(component(2))))
    raw[at] ^= 0x5A
    three = [frame(component(3), serial=number) for number in (6, 7, 8)]
    found = fed(Framer(), bytes(raw) + b"".join(frames.encode(each) for each in three))
    assert good(found)[-3:] == three


def test_a_claimed_length_does_not_hold_back_two_frames() -> None:
    """A header that claims a thousand bytes is given up when two whole frames stand behind it."""
    header = frames.encode(frame(bytes(1000)))[: frames.HEADER]
    two = [frame(serial=6), frame(serial=7)]
    found = fed(Framer(), header + b"".join(frames.encode(each) for each in two))
    assert [type(each) for each in found] == [Damaged, Frame, Frame]
    assert good(found) == two


def test_a_frame_inside_a_text_is_no_frame() -> None:
    """The bytes of a whole frame inside another's data do not come out, wherever it is cut."""
    sent = frame(b"\x80\x01" + EMPTY + b"more")
    raw = frames.encode(sent)
    for at in range(1, len(raw)):
        framer = Framer()
        assert fed(framer, raw[:at]) + fed(framer, raw[at:]) == [sent]


def test_a_stalled_frame_gives_way() -> None:
    """Giving up a frame that stopped half-way brings out the one behind it."""
    framer = Framer()
    header = frames.encode(frame(bytes(1000)))[: frames.HEADER]
    assert fed(framer, header + GOLDEN) == []
    assert list(framer.skip()) == [GOLDEN_FRAME]


@pytest.mark.parametrize(
    ("at", "fault"), [(27, "bad_checksum"), (-3, "bad_checksum"), (-2, "bad_end"), (-1, "bad_end")]
)
def test_damage_is_named_with_its_header(at: int, fault: str) -> None:
    """A damaged frame tells what is wrong and whom to deny."""
    raw = bytearray(GOLDEN)
    raw[at] ^= 0xFF
    (found,) = fed(Framer(), bytes(raw))
    assert isinstance(found, Damaged)
    assert found.fault == fault
    assert (found.frame.serial, found.frame.source) == (5, 123)


def test_over_length_skips_one_byte() -> None:
    """1025 claimed bytes are too many: told at once, and the frame right behind comes out."""
    raw = bytearray(GOLDEN)
    raw[24:26] = (1025).to_bytes(2, "little")
    found = fed(Framer(), bytes(raw) + GOLDEN)
    assert isinstance(found[0], Damaged)
    assert found[0].fault == "over_length"
    assert good(found) == [GOLDEN_FRAME]


def test_a_dialect_may_allow_less() -> None:
    """513 bytes are too many where 512 are the limit, 512 are not."""
    assert fed(Framer(512), frames.encode(frame(bytes(512)))) == [frame(bytes(512))]
    found = fed(Framer(512), frames.encode(frame(bytes(513))))
    assert isinstance(found[0], Damaged)
    assert found[0].fault == "over_length"


def test_the_serial_wraps_on_the_wire() -> None:
    """65535 and 0 are both read as they are."""
    raw = frames.encode(frame(serial=65535)) + frames.encode(frame(serial=0))
    assert [each.serial for each in good(fed(Framer(), raw))] == [65535, 0]


@pytest.mark.parametrize("size", [3, 26, 27, 28, 53, 54, 4096, 4097])
def test_a_stream_of_start_bytes_is_no_flood_of_damages(size: int) -> None:
    """It would keep everybody else waiting; the good frames behind it are found all the same."""
    framer = Framer()
    fire = frame(component(0b10))
    found = fed(framer, b"@" * size + frames.encode(fire) * 3)
    assert good(found)[-2:] == [fire, fire]
    assert len(found) <= 6 + size // frames.HEADER
