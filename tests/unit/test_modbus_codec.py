"""Frames of Modbus as published and as they go wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.modbus import codec
from edge.drivers.modbus.codec import (
    Data,
    MbapFraming,
    OutOfStepError,
    Refusal,
    Request,
    RtuFraming,
    read_request,
    write_request,
)
from edge.drivers.modbus.planner import Place, Read
from edge.drivers.modbus.profile import Table
from simulators.modbus_server import crc16


def read(table: Table, start: int, count: int) -> Read:
    """A read of that many registers or bits."""
    place = Place(name="p", table=table, every=1.0, start=start, size=count)
    return Read(table=table, start=start, count=count, every=1.0, places=(place,))


def take(framing: RtuFraming | MbapFraming, stream: bytes, request: Request) -> object:
    """What the framing finds in a stream."""
    return framing.take(bytearray(stream), request, 1)


@pytest.mark.parametrize(
    ("request_", "frame"),
    [
        (read_request(2, read("holding", 0x40, 23)), "0203004000170423"),
        (read_request(0x11, read("coil", 0x13, 0x25)), "110100130025" + "0e84"),
        (
            read_request(1, read("input", 8, 1)),
            "010400080001" + crc16(bytes.fromhex("010400080001")).hex(),
        ),
        (
            write_request(1, "coil", 1, 1),
            "01050001ff00" + crc16(bytes.fromhex("01050001ff00")).hex(),
        ),
        (
            write_request(1, "coil", 1, 0),
            "010500010000" + crc16(bytes.fromhex("010500010000")).hex(),
        ),
        (write_request(0x11, "holding", 1, 3), "110600010003" + "9a9b"),
    ],
)
def test_requests(request_: Request, frame: str) -> None:
    """Requests as published: the lift box's block read and the examples of the specification."""
    assert RtuFraming().frame(request_, 0).hex() == frame
    mbap = MbapFraming().frame(request_, 0x1234).hex()
    body = frame[:-4]
    assert mbap == f"12340000{len(body) // 2:04x}{body}"


@pytest.mark.parametrize(
    ("frame", "count", "data"),
    [("01040200fe38b0", 1, "00fe"), ("010404c41c60002f72", 2, "c41c6000")],
)
def test_published_answers(frame: str, count: int, data: str) -> None:
    """Two answers of a breaker that are on record, whole, in pieces and after noise."""
    request = read_request(1, read("input", 8, count))
    stream = bytes.fromhex(frame)
    assert take(RtuFraming(), stream, request) == Data(bytes.fromhex(data))
    for noise in (b"\0", b"\x01", b"\x01\x04", b"\xff\x01\x84\x02", stream[:-1]):
        assert take(RtuFraming(), noise + stream, request) == Data(bytes.fromhex(data))
    framing, buffer = RtuFraming(), bytearray()
    for byte in stream[:-1]:
        buffer.append(byte)
        assert framing.take(buffer, request, 0) is None
    buffer.append(stream[-1])
    assert framing.take(buffer, request, 0) == Data(bytes.fromhex(data))
    assert not buffer


@pytest.mark.parametrize(
    "frame",
    [
        "01040200fe38b1",  # checksum
        "02040200fe" + crc16(bytes.fromhex("02040200fe")).hex(),  # another unit
        "01030200fe" + crc16(bytes.fromhex("01030200fe")).hex(),  # another function
        "010404c41c60002f72",  # another length
        "01040200fe38",  # half of it
    ],
)
def test_no_answer(frame: str) -> None:
    """What is broken, or answers something else, is no answer."""
    assert take(RtuFraming(), bytes.fromhex(frame), read_request(1, read("input", 8, 1))) is None


def test_refusal() -> None:
    """An exception answer gives its code, on both framings."""
    request = read_request(1, read("holding", 0, 1))
    body = bytes.fromhex("018302")
    assert take(RtuFraming(), body + crc16(body), request) == Refusal(codec.ILLEGAL_ADDRESS)
    assert take(MbapFraming(), bytes.fromhex("000100000003") + body, request) == Refusal(2)


def test_tcp_drops_stale_answers() -> None:
    """Of answers to older transactions, to other units and to this one only this one counts."""
    request = read_request(1, read("holding", 0, 1))
    old = bytes.fromhex("00000000000501030200aa")
    other = bytes.fromhex("00010000000502030200bb")
    ours = bytes.fromhex("00010000000501030200cc")
    assert take(MbapFraming(), old + other + ours, request) == Data(b"\0\xcc")
    assert take(MbapFraming(), old + other, request) is None
    assert MbapFraming().take(bytearray(ours), None, 1) is None


@pytest.mark.parametrize("header", ["0001abcd0005010302", "0001000000000103", "00010000ffff0103"])
def test_tcp_out_of_step(header: str) -> None:
    """A stream that is no Modbus any more is given up; a length is never believed blindly."""
    with pytest.raises(OutOfStepError):
        take(MbapFraming(), bytes.fromhex(header), read_request(1, read("holding", 0, 1)))


def test_write_is_confirmed_by_its_echo() -> None:
    """A write's answer repeats it; another value is no confirmation."""
    request = write_request(1, "holding", 1, 3)
    body = bytes.fromhex("010600010003")
    assert take(RtuFraming(), body + crc16(body), request) == Data(b"")
    body = bytes.fromhex("010600010004")
    assert take(RtuFraming(), body + crc16(body), request) is None


@given(st.binary(max_size=600), st.sampled_from(["holding", "input", "coil", "discrete"]))
def test_noise_is_survived(noise: bytes, table: Table) -> None:
    """Whatever comes, a sound answer after it on RTU is found."""
    request = read_request(9, read(table, 0, 16))
    body = bytes((9, request.function, request.size - 2)) + bytes(request.size - 2)
    framing, buffer = RtuFraming(), bytearray()
    for byte in noise:
        buffer.append(byte)
        if framing.take(buffer, request, 0) is not None:
            return  # one chance in 65536 that noise is an answer
    buffer += body + crc16(body)
    assert framing.take(buffer, request, 0) == Data(bytes(request.size - 2))


def test_noise_without_end_is_forgotten() -> None:
    """What is kept of it is bounded, however long no answer comes."""
    request = read_request(9, read("holding", 0, 16))
    framing, buffer = RtuFraming(), bytearray()
    for _ in range(8):
        buffer += bytes(codec.MAX_PDU)
        assert framing.take(buffer, request, 0) is None
        assert len(buffer) <= codec.MAX_BUFFER
