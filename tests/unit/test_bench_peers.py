"""The bench beside the peers measures what it says: loads, messages, ages, the picture."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud_bridge.wire import compress, encode_telemetry
from edge.config import load
from edge.drivers.modbus.codec import Data, MbapFraming, Request
from edge.model import Reading
from tests.bench.flame_graph import WIDTH, Frame, common, draw, stacks_of
from tests.bench.peers import node_red, thingsboard, whistle
from tests.bench.peers.devices import answer_to, host, quantile
from tests.bench.peers.hearing import hearing_of
from tests.bench.peers.load import REGISTERS, Load, Place
from tests.bench.peers.mqtt_line import PUBLISH, QOS, Messages, packet_of, text
from tests.bench.peers.searching import CLOSE, highest
from tests.fakes.time import EPOCH

SVG = "{http://www.w3.org/2000/svg}"


@given(limit=st.integers(10, 100_000), first=st.integers(10, 100_000))
def test_the_most_that_is_kept_up_with_is_found(limit: int, first: int) -> None:
    """Whatever it begins with, it ends just below the limit, and says nothing it has not tried."""
    tried: list[int] = []

    def keeps_up(devices: int) -> bool:
        tried.append(devices)
        return devices <= limit

    found = highest(keeps_up, first, tries=60)
    assert found in tried
    assert found <= limit <= found * CLOSE + 1


def test_what_keeps_up_with_nothing_has_no_most() -> None:
    """Zero, and not the load that it failed at."""
    assert highest(lambda _: False, 300, tries=4) == 0


@given(cuts=st.lists(st.integers(1, 400), max_size=30))
def test_messages_are_found_however_they_are_cut(cuts: list[int]) -> None:
    """With and without a packet's number, long and short, none twice, other packets left out."""
    wanted = [("a/b", b"x" * 300), ("c", b""), ("d", b"y" * 20_000)]
    stream = packet_of(0x20, b"\0\0")
    for (topic, body), flags, number in zip(
        wanted, (0, QOS & 2, 0), (b"", b"\0\7", b""), strict=True
    ):
        stream += packet_of(PUBLISH | flags, text(topic) + number + body)
    messages = Messages()
    heard: list[tuple[str, bytes]] = []
    for size in [*cuts, len(stream)]:
        part, stream = stream[:size], stream[size:]
        heard += messages.feed(part)
    assert heard == wanted


def test_each_subject_is_understood() -> None:
    """Every value is counted, and what its platform has to answer is answered."""
    readings = [
        Reading(point=f"d1/r{n}", value=100 + n, at=EPOCH + timedelta(milliseconds=n))
        for n in range(REGISTERS)
    ]
    body = compress(encode_telemetry("a-1", "bench", "gw", readings))
    ours = hearing_of("whistle")("community/v1/bench/gw/telemetry", body)
    theirs = hearing_of("thingsboard")(
        "v1/gateway/telemetry", b'{"d1":[{"ts":1700000000000,"values":{"r0":7,"r9":8}}]}'
    )
    flow = hearing_of("node_red")("bench/d1", b"[1,2,3,4,5,6,7,8,9,10]")
    assert [*ours.values] == [*range(100, 110)]
    assert ours.answers == (("community/v1/bench/gw/telemetry_receipts", {"stored": ["a-1"]}),)
    assert [*theirs.values] == [7, 8]
    assert [*flow.values] == [*range(1, 11)]
    [(topic, _)] = hearing_of("thingsboard")("v1/devices/me/rpc/request/1", b"{}").answers
    assert topic == "v1/devices/me/rpc/response/1"
    event = b'[{"id":"gw/7","type":"x"}]'
    receipt = hearing_of("whistle")("community/v1/bench/gw/events/info", event).answers
    assert receipt == (("community/v1/bench/gw/receipts", {"stored": ["gw/7"]}),)


def test_a_device_answers_as_the_driver_expects() -> None:
    """The lean answer is one that the real framing takes, with as many registers as were asked."""
    framing = MbapFraming()
    request = Request(unit=1, pdu=b"\x03\0\0\0\x0a", size=2 + 2 * REGISTERS, device="d")
    answer = bytearray(answer_to(framing.frame(request, 5), 4))
    taken = framing.take(answer, request, 5)
    assert isinstance(taken, Data)
    assert len(taken.data) == 2 * REGISTERS
    assert taken.data[8:] == bytes(2 * (REGISTERS - 4))
    assert len({host(number) for number in range(5_000)}) == 5_000


def test_a_quantile_of_counts() -> None:
    """The least value that so much of everything lies at or below."""
    counts = [0, 98, 0, 1, 1]
    assert [quantile(counts, share) for share in (0.5, 0.99, 1.0)] == [1, 3, 4]
    assert quantile([0, 0], 0.5) is None


def test_every_subject_gets_the_same_devices(tmp_path: Path) -> None:
    """Whistle's site is sound, with all its links and rules; the peers name the same hosts."""
    load_ = Load(devices=25, period_ms=200)
    place = Place(tmp_path, 1502, 1883, 1880)
    whistle.lay_out(place, load_)
    configuration = load(tmp_path / "site.yaml", language="en")
    assert len(configuration.links) == load_.devices
    assert load_.values_s == 1250
    for peer, files in ((thingsboard, "config/modbus.json"), (node_red, "node-red/flows.json")):
        peer.lay_out(place, load_)
        said = (tmp_path / files).read_text("utf-8")
        assert [n for n in range(30) if f'"{host(n)}"' in said] == [*range(25)]


def test_a_flame_graph_is_as_wide_as_its_counts() -> None:
    """Frames stand on what called them, each as wide as it was seen often; names are escaped."""
    text_ = "run;a;<b> 30\nrun;a 20\nrun;c 50"
    stacks = {tuple(stack): count for stack, count in stacks_of(text_)}
    root = Frame()
    for stack, count in stacks.items():
        root.add(stack[common(stacks) :], count)
    picture = ET.fromstring(draw(root, "a & b", 0.1))  # noqa: S314 - made here
    drawn = {
        (group.findtext(f"{SVG}title") or "").partition(":")[0]: group.find(f"{SVG}rect")
        for group in picture.iter(f"{SVG}g")
    }
    widths = {name: float(box.get("width", 0)) for name, box in drawn.items() if box is not None}
    assert widths == pytest.approx({"a": WIDTH / 2, "<b>": WIDTH * 0.3, "c": WIDTH / 2})
