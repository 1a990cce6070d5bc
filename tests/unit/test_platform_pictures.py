"""The simulated platform and pictures: pieces become a file that stands on an issue's card."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import msgspec
from fastapi import FastAPI

from cloud_bridge.contract.examples import AT, RAISED, example_events, narrator
from cloud_bridge.wire import (
    EvidenceReceipt,
    Piece,
    decode_evidence_receipt,
    encode_piece,
    events_topic,
    evidence_topic,
)
from edge.model import EvidenceKept, Kept, Lane
from simulators.platform.consumer import Consumer
from simulators.platform.desk import Desk
from simulators.platform.shelf import Shelf
from simulators.platform.shown import View
from simulators.platform.shown_pictures import add_pictures
from tests.fakes.browser import Browser
from tests.fakes.platform_session import FakeBroker, play, until

BODY = b"\xff\xd8 a picture " * 400
SHA256 = hashlib.sha256(BODY).hexdigest()
EVENTS = events_topic("riverside", "gw-1", Lane.LIFE_SAFETY)
PIECES = evidence_topic("riverside", "gw-1", SHA256)


def told_of() -> list[bytes]:
    """An alarm with an issue, and the picture that was kept of it."""
    [raised] = [each for each in example_events() if each.event is RAISED or _raises(each)][:1]
    picture = EvidenceKept(
        device="camera-1",
        alarm=RAISED.alarm,
        what="still",
        media_type="image/jpeg",
        sha256=SHA256,
        size=len(BODY),
        blurred="faces",
        began=AT,
        ended=AT,
        at=AT,
    )
    kept = replace(raised, number=raised.number + 100, event=picture)
    return [narrator().encode(raised), narrator().encode(kept)]


def _raises(kept: Kept) -> bool:
    return kept.event.kind == "alarm.raised" and kept.alarm is not None


def piece(offset: int, body: bytes) -> bytes:
    """Some of it."""
    return encode_piece(Piece(offset=offset, total=len(BODY), body=body))


def receipts(broker: FakeBroker) -> list[EvidenceReceipt]:
    """What the platform has said of it."""
    return [
        decode_evidence_receipt(body)
        for topic, body in broker.log
        if topic.endswith("/evidence_receipts")
    ]


def test_a_picture_stands_on_the_card_of_its_issue(tmp_path: Path) -> None:
    """First that it is on its way, then the picture itself, which the page can load in parts."""

    async def story(broker: FakeBroker, _: Consumer, desk: Desk) -> None:
        for body in told_of():
            broker.deliver(EVENTS, body)
        await until(lambda: len(broker.receipts()) >= 1)
        [picture] = msgspec.json.decode(await desk.view(), type=View).issues[0].pictures
        assert (picture.sha256, picture.kind, picture.there) == (SHA256, "still", False)
        app = FastAPI(openapi_url=None)
        add_pictures(app, desk, Shelf(tmp_path / "pictures"))
        page = Browser(app=app)
        url = f"/evidence/riverside/{SHA256}"
        assert (await page.get(url)).status == 404
        broker.deliver(PIECES, piece(0, b""))
        broker.deliver(PIECES, piece(0, BODY[:2000]))
        broker.deliver(PIECES, piece(0, BODY[:2000]))
        broker.deliver(PIECES, piece(2000, BODY[2000:]))
        await until(lambda: len(receipts(broker)) == 4)
        assert [each.had for each in receipts(broker)] == [0, 2000, 2000, len(BODY)]
        assert [each.stored for each in receipts(broker)] == [False, False, False, True]
        [picture] = msgspec.json.decode(await desk.view(), type=View).issues[0].pictures
        assert picture.there
        whole = await page.get(url)
        assert (whole.status, whole.body) == (200, BODY)
        assert whole.headers["content-type"] == "image/jpeg"
        part = await page.get(url, range="bytes=0-1")
        assert (part.status, part.body) == (206, BODY[:2])
        for wrong in (f"/evidence/other/{SHA256}", "/evidence/riverside/..%2fplatform.db"):
            assert (await page.get(wrong)).status in {404, 422}

    play(tmp_path, story)


def test_nonsense_on_the_way_of_pictures_stops_nothing(tmp_path: Path) -> None:
    """A head that is cut, a piece outside, a topic that names nothing: dropped, and all goes on."""

    async def story(broker: FakeBroker, _: Consumer, desk: Desk) -> None:
        broker.deliver(PIECES, b"short")
        broker.deliver(PIECES, encode_piece(Piece(offset=9, total=4, body=b"x")))
        broker.deliver(PIECES, b"\xff" * 100)
        broker.deliver(PIECES.replace(SHA256, "..%2f..%2fetc"), piece(0, b"x"))
        broker.deliver(PIECES.replace("riverside", "..").replace("..", "a b"), piece(0, b"x"))
        for body in told_of():
            broker.deliver(EVENTS, body)
        await until(lambda: len(broker.receipts()) >= 1)
        assert [bool(each.refused) for each in receipts(broker)] == [True]
        assert len(msgspec.json.decode(await desk.view(), type=View).issues) == 1

    play(tmp_path, story)
