"""What platforms say to gateways, gateways to platforms, and servers of series to the writer."""

from __future__ import annotations

import json
from typing import Final

import h11
from influxdb_client.rest import ApiException
from urllib3 import HTTPHeaderDict

from cloud_bridge import download, series_server
from cloud_bridge.wire import down, pieces, telemetry, topics
from cloud_bridge.wire.arriving import read_event, split
from cloud_bridge.wire.limits import WireError
from cloud_bridge.wire.offers import read_offer
from cloud_bridge.wire.orders import open_envelope, read_order
from cloud_bridge.wire.status import decode_status
from edge.errors import LinkDown
from tests.fuzz.target import Target, words
from tests.source_tree import ROOT

CONTRACT: Final = ROOT / "docs" / "contract"


def _examples(pattern: str) -> tuple[bytes, ...]:
    """The examples that stand in the contract's schemas."""
    schemas = [json.loads(path.read_text("utf-8")) for path in sorted(CONTRACT.glob(pattern))]
    return tuple(json.dumps(each).encode() for schema in schemas for each in schema["examples"])


def _issue(body: bytes) -> None:
    update = down.decode_issue_update(body)
    down.issue_changed(update, update.alarm.partition("/")[0], str)


def _envelope(body: bytes) -> None:
    read_order(open_envelope(body).signed)


def _download(body: bytes) -> None:
    """What a server of releases answers."""
    http = h11.Connection(h11.CLIENT)
    http.send(h11.Request(method="GET", target="/", headers=[("Host", "releases.example")]))
    http.send(h11.EndOfMessage())
    http.receive_data(body)
    if isinstance(answer := http.next_event(), h11.Response):
        download.told(answer)


def _event(body: bytes) -> None:
    for each in split(body):
        read_event(each)


def _telemetry(body: bytes) -> None:
    list(telemetry.readings_of(telemetry.decode_telemetry(body)))


def _topic(body: bytes) -> None:
    pieces.evidence_of(topics.parse_topic(words(body)).rest)


def _series(body: bytes) -> None:
    """The first byte says how the server answers, the second line when to come again."""
    later, _, text = words(body[1:]).partition("\n")
    answer = ApiException()  # type: ignore[no-untyped-call]
    answer.status = STATUSES[(body or b"\0")[0] % len(STATUSES)]
    answer.body, answer.headers = text, HTTPHeaderDict({"Retry-After": later})
    series_server._left_out(answer)


STATUSES: Final = (400, 401, 404, 413, 422, 429, 500, 503)
TELEMETRY: Final = _examples("telemetry.json")
TARGETS: Final = (
    Target(
        name="platform.receipt",
        parse=down.decode_receipt,
        errors=(WireError,),
        seeds=_examples("receipt.json"),
    ),
    Target(
        name="platform.issue", parse=_issue, errors=(WireError,), seeds=_examples("issue*.json")
    ),
    Target(
        name="platform.order", parse=read_order, errors=(WireError,), seeds=_examples("order.json")
    ),
    Target(
        name="platform.offer", parse=read_offer, errors=(WireError,), seeds=_examples("offer.json")
    ),
    Target(
        name="releases.answer",
        parse=_download,
        errors=(LinkDown, h11.RemoteProtocolError),
        seeds=(
            b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n",
            b"HTTP/1.1 206 Partial\r\nContent-Range: bytes 3-11/12\r\n\r\n",
            b"HTTP/1.1 416 No\r\nContent-Range: bytes */12\r\n\r\n",
        ),
    ),
    Target(
        name="platform.envelope",
        parse=_envelope,
        errors=(WireError,),
        seeds=_examples("order_envelope.json"),
    ),
    Target(
        name="platform.telemetry_receipt",
        parse=telemetry.decode_telemetry_receipt,
        errors=(WireError,),
        seeds=_examples("telemetry_receipt.json"),
    ),
    Target(
        name="platform.evidence_receipt",
        parse=pieces.decode_evidence_receipt,
        errors=(WireError,),
        seeds=_examples("evidence_receipt.json"),
    ),
    Target(
        name="platform.topic",
        parse=_topic,
        errors=(WireError,),
        seeds=(b"community/v1/s/g/evidence/" + b"0" * 64,),
        most=256,
    ),
    Target(
        name="series.answer",
        parse=_series,
        errors=(LinkDown, series_server.Busy, series_server.Refused, series_server.TooLarge),
        seeds=(
            b"\0\n" + b'{"message": "partial write of line protocol occurred", "data": [1]}',
            b"\5" + b"120\nbusy",
            b"\4\n" + b"partial write: points beyond retention policy dropped=3",
        ),
    ),
    Target(
        name="gateway.event",
        parse=_event,
        errors=(WireError,),
        seeds=_examples("events/*.json"),
        most=8192,
    ),
    Target(
        name="gateway.telemetry",
        parse=_telemetry,
        errors=(WireError,),
        seeds=(*TELEMETRY, *map(telemetry.compress, TELEMETRY)),
    ),
    Target(
        name="gateway.status",
        parse=decode_status,
        errors=(WireError,),
        seeds=_examples("status.json"),
    ),
    Target(
        name="gateway.piece",
        parse=pieces.decode_piece,
        errors=(WireError,),
        seeds=(pieces.encode_piece(pieces.Piece(offset=0, total=4, body=b"abcd")),),
    ),
)
