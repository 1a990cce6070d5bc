"""What simulated cameras put on the wire, against the documents that describe it."""

from __future__ import annotations

import asyncio
import base64
import struct
from datetime import UTC, datetime

import pytest

from simulators.cameras import dahua, hikvision, rtp, sdp
from simulators.cameras.guard import Guard
from simulators.cameras.requests import parse_head, read_request
from tests.fakes.time import run

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def units_of(packets: list[bytes]) -> list[bytes]:
    """Put packets together again, as RFC 6184 tells a receiver to."""
    units: list[bytes] = []
    for packet in packets:
        content = packet[12:]
        if content[0] & 0x1F != 28:
            units.append(content)
        elif content[1] & 0x80:
            units.append(bytes((content[0] & 0xE0 | content[1] & 0x1F,)) + content[2:])
        else:
            units[-1] += content[2:]
    return units


def test_a_short_unit_is_a_packet() -> None:
    """Version 2, marked as a picture's last, payload type, number, time, source (RFC 3550, 5.1)."""
    stream = rtp.RtpStream(ssrc=0x11223344, number=0xFFFF)
    [packet] = stream.packets_of([b"\x65\x88\x84"], 90_000)
    assert packet.hex() == "80e0ffff00015f9011223344" + "658884"
    [after] = stream.packets_of([b"\x41\x9a"], 2**32 + 5)
    assert after[:8].hex() == "80e0000000000005", "number and time begin anew"


def test_a_long_unit_goes_in_pieces_that_fit() -> None:
    """Each piece has indicator and header (RFC 6184, 5.8); only the very last packet is marked."""
    long = b"\x65" + bytes(range(256)) * 12
    stream = rtp.RtpStream(ssrc=1)
    packets = list(stream.packets_of([b"\x67\x42", b"\x68\xce", long], 0))
    assert [packet[12] & 0x1F for packet in packets] == [7, 8, 28, 28, 28]
    assert [packet[13] for packet in packets[2:]] == [0x85, 0x05, 0x45]
    assert all(len(packet) <= 12 + rtp.LONGEST for packet in packets)
    assert [bool(packet[1] & 0x80) for packet in packets] == [False] * 4 + [True]
    assert units_of(packets) == [b"\x67\x42", b"\x68\xce", long]


def test_a_report_ties_the_stream_to_the_clock() -> None:
    """NTP counts from 1900; half a second is half of 2³² (RFC 3550, 6.4.1)."""
    stream = rtp.RtpStream(ssrc=7)
    list(stream.packets_of([b"\x41" * 10], 0))
    report = stream.sender_report(1234, 0.5)
    assert struct.unpack(">BBHIIIIII", report) == (
        *(0x80, 200, 6, 7),
        *(2_208_988_800, 2**31),
        *(1234, 1, 10),
    )
    assert rtp.interleaved(1, b"abc") == b"$\x01\x00\x03abc"


def test_units_are_found_between_start_codes() -> None:
    """Three bytes or four; what trails a unit is not its own."""
    stream = b"\x00\x00\x00\x01\x67\x42\x00\x00\x01\x68\xce\x00\x00\x00\x01\x65\x88"
    assert rtp.nal_units(stream) == [b"\x67\x42", b"\x68\xce", b"\x65\x88"]


def test_a_description_lets_a_decoder_be_ready() -> None:
    """The parameter sets in base64, and the profile of the SPS in hexadecimal (RFC 6184, 8.1)."""
    sps, pps = bytes.fromhex("6742c01ed9"), bytes.fromhex("68ce3c80")
    text = sdp.description("camera", sps, pps, host="127.0.0.1", fps=8.0).decode()
    assert "m=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n" in text
    sets = f"{base64.b64encode(sps).decode()},{base64.b64encode(pps).decode()}"
    assert f"profile-level-id=42C01E;sprop-parameter-sets={sets}\r\n" in text


def test_a_digest_is_the_one_of_the_standard() -> None:
    """The example of RFC 2617, 3.5; another method, nonce or password is not let in."""
    guard = Guard(
        way="digest",
        username="Mufasa",
        password="Circle Of Life",  # noqa: S106 - the standard's
        realm="testrealm@host.com",
        nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",
    )
    said = (
        'Digest username="Mufasa", realm="testrealm@host.com",'
        ' nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth,'
        ' nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1",'
        ' opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    assert guard.admits("GET", said)
    assert not guard.admits("POST", said)
    assert not guard.admits("GET", said.replace("6629", "6628"))
    guard.password = "Circle of Life"  # noqa: S105 - nearly
    assert not guard.admits("GET", said)
    guard.nonce = "another"
    assert not guard.admits("GET", said)


def test_a_plain_password_is_the_one_of_the_standard() -> None:
    """The example of RFC 7617, 2; rubbish opens nothing."""
    guard = Guard(way="basic", username="Aladdin", password="open sesame")  # noqa: S106 - its own
    assert guard.admits("GET", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    assert not guard.admits("GET", "Basic QWxhZGRpbjpvcGVuIHNlc2FtQQ==")
    assert not guard.admits("GET", "Basic \x00")
    assert not guard.admits("GET", "")
    assert Guard().admits("GET", ""), "an open camera asks nobody"


def test_a_request_is_read_with_packets_between() -> None:
    """A receiver report in front of a request is no part of it; then nothing more comes."""

    async def story() -> None:
        reader = asyncio.StreamReader()
        reader.feed_data(b"$\x01\x00\x04\x81\xc9\x00\x07PLAY rtsp://h:554/a?x=1 RTSP/1.0\r\n")
        reader.feed_data(b"CSeq: 4\r\nContent-Length: 2\r\n\r\nok")
        reader.feed_eof()
        request = await read_request(reader)
        assert request is not None
        assert (request.method, request.path, request.query) == ("PLAY", "/a", {"x": "1"})
        assert (request.headers["cseq"], request.body) == ("4", b"ok")
        assert await read_request(reader) is None

    run(story())


def test_nonsense_is_no_request() -> None:
    """It is refused by name, not guessed at."""
    for nonsense in (b"", b"GET", b"GET  /a HTTP/1.1", b"\xff\x00\x01"):
        with pytest.raises(ValueError, match="no request"):
            parse_head(nonsense)


def test_hikvision_says_what_its_cameras_say() -> None:
    """The fields, their order and the part's head as a camera of theirs was recorded."""
    said = hikvision.part("fielddetection", AT, count=1)
    head, _, body = said.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[:2] == [b"--boundary", b'Content-Type: application/xml; charset="UTF-8"']
    assert lines[2] == b"Content-Length: %d" % (len(body) - 2)
    names = [line.split(">")[0][1:] for line in body.decode().split("\n")[1:10]]
    assert names == [
        *("ipAddress", "portNo", "protocol", "macAddress", "channelID", "dateTime"),
        *("activePostCount", "eventType", "eventState"),
    ]
    assert b"<eventType>videoloss</eventType>\n<eventState>inactive" in hikvision.part(
        "videoloss", AT, count=0
    )


def test_dahua_says_what_its_cameras_say() -> None:
    """`Code=…;action=…;index=…`, what a rule found as JSON behind it, a heartbeat between."""
    plain = dahua.part("VideoBlind", "Start", AT)
    assert plain == (
        b"--myboundary\r\nContent-Type: text/plain\r\nContent-Length:38\r\n\r\n"
        b"Code=VideoBlind;action=Start;index=0\r\n\r\n"
    )
    rule = dahua.part("CrossLineDetection", "Stop", AT)
    assert b"Code=CrossLineDetection;action=Stop;index=0;data={\n" in rule
    assert dahua.heartbeat().endswith(b"Content-Length:11\r\n\r\nHeartbeat\r\n\r\n")
