"""What cameras answer and stream: SOAP, alerts, event lines, multiparts, logins, heads of HTTP."""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Final

from edge.discovery.probe_match import Malformed, cameras_in
from edge.drivers.camera import hikvision, media, notifications, soap
from edge.drivers.camera.codec import Garbled
from edge.drivers.camera.dahua import Scanner
from edge.drivers.camera.http import read_answer
from edge.errors import LinkDown
from edge.vision.http_login import Login, authorization, challenge_in
from edge.vision.multipart import MOST_HEAD, Parts, boundary_in
from tests.fuzz.target import Target, pieces, words

NUMBER: Final = "urn:uuid:1"
LOGIN: Final = Login(username="whistle", password="p")  # noqa: S106 - of nobody
MOST_PART: Final = 2048
ENVELOPE: Final = (
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:t="http://www.onvif.org/ver10/schema"><e:Body>{}</e:Body></e:Envelope>'
)
BODIES: Final = (
    (
        "<UTCDateTime><Time><Hour>1</Hour><Minute>2</Minute><Second>3</Second></Time>"
        "<Date><Year>2026</Year><Month>1</Month><Day>2</Day></Date></UTCDateTime>"
    ),
    "<Capabilities><Events><XAddr>http://192.0.2.1/e</XAddr></Events></Capabilities>",
    (
        "<SubscriptionReference><Address>http://192.0.2.1/s</Address><ReferenceParameters>"
        "<a>1</a></ReferenceParameters></SubscriptionReference>"
    ),
    (
        "<NotificationMessage><Topic>tns1:RuleEngine/LineDetector/Crossed</Topic><Message>"
        '<Message PropertyOperation="Changed"><Source><SimpleItem Name="Rule" Value="1"/></Source>'
        '<Data><SimpleItem Name="State" Value="true"/></Data></Message></Message>'
        "</NotificationMessage>"
    ),
    (
        '<Profiles token="p1"><Name>main</Name><VideoEncoderConfiguration><Encoding>H264</Encoding>'
        "<Resolution><Width>1920</Width><Height>1080</Height></Resolution>"
        "</VideoEncoderConfiguration></Profiles><MediaUri><Uri>rtsp://192.0.2.1/1</Uri></MediaUri>"
    ),
)
SOAPS: Final = tuple(ENVELOPE.format(body).encode() for body in BODIES)
MATCH: Final = (
    '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
    ' xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"><e:Header>'
    f"<w:RelatesTo>{NUMBER}</w:RelatesTo></e:Header><e:Body><d:ProbeMatches><d:ProbeMatch>"
    "<w:EndpointReference><w:Address>urn:uuid:2</w:Address></w:EndpointReference>"
    "<d:Scopes>onvif://www.onvif.org/name/A%20B onvif://www.onvif.org/hardware/C</d:Scopes>"
    "<d:XAddrs>http://192.0.2.1/onvif/device_service</d:XAddrs>"
    "</d:ProbeMatch></d:ProbeMatches></e:Body></e:Envelope>"
).encode()
ALERTS: Final = (
    (
        b"<EventNotificationAlert><channelID>1</channelID><eventType>linedetection</eventType>"
        b"<eventState>active</eventState><DetectionRegionList><DetectionRegionEntry><regionID>1"
        b"</regionID><detectionTarget>human</detectionTarget></DetectionRegionEntry>"
        b"</DetectionRegionList></EventNotificationAlert>"
    ),
    (
        b'{"EventNotificationAlert": {"eventType": "fieldDetection", "eventState": "active",'
        b' "channelID": 1, "DetectionRegionList": [{"DetectionRegionEntry": {"regionID": 1}}]}}'
    ),
)
LINES: Final = (
    (
        b'Code=CrossLineDetection;action=Start;index=0;data={"Name": "gate",'
        b' "Object": {"ObjectType": "Human"}}\r\n--myboundary\r\n'
    ),
    b"Code=VideoBlind;action=Stop;index=1\r\nHeartbeat\r\n",
)
PARTS: Final = (
    b"--b\r\nContent-Type: image/jpeg\r\nContent-Length: 5\r\n\r\nabcde\r\n--b\r\n",
    b"--b\r\nContent-Type: image/jpeg\r\n\r\nabcde\r\n--b--\r\n",
)
HEADS: Final = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nabcde",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nabcde\r\n0\r\n\r\n",
    b'HTTP/1.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm="r", nonce="n"\r\n\r\n',
)


def _soap(body: bytes) -> None:
    answer = soap.body_of(body)
    soap.clock_of(answer)
    soap.service_of(answer, "Events")
    notifications.said_in(answer)
    for each in media.profiles_of(answer):
        media.stream_uri(each.token)
    media.uri_of(answer)
    if answer.first("SubscriptionReference"):
        notifications.subscription_of(answer)


def _alerts(body: bytes) -> None:
    """A stream of alerts, each of which may be garbled."""
    parts = hikvision.parts_of('multipart/mixed; boundary="b"')
    for piece in pieces(body):
        for part in parts.feed(piece):
            hikvision.decode(part.body)


def _lines(body: bytes) -> None:
    scanner = Scanner()
    for piece in pieces(body):
        list(scanner.feed(piece))
    list(scanner.rest())
    assert not scanner.pending


def _multipart(body: bytes) -> None:
    parts = Parts(b"b", most=MOST_PART)
    for piece in pieces(body):
        assert all(len(part.body) <= MOST_PART for part in parts.feed(piece))
        assert len(parts._buffer) <= MOST_PART + 2 * MOST_HEAD + 4096


def _login(body: bytes) -> None:
    text = words(body)
    boundary_in(text)
    challenge = challenge_in(text.split("\n"))
    if challenge is not None:
        proof = authorization(challenge, LOGIN, method="GET", uri="/", cnonce="c")
        assert "\n" not in proof, "nothing a camera says begins a line of its own"
        assert "\r" not in proof


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


def _answer(body: bytes) -> None:
    async def read() -> None:
        reader = asyncio.StreamReader(limit=1 << 16)
        reader.feed_data(body)
        reader.feed_eof()
        answer = await read_answer(reader)
        while await answer.some():
            continue

    _loop().run_until_complete(read())


TARGETS: Final = (
    Target(name="camera.soap", parse=_soap, errors=(Garbled,), seeds=SOAPS),
    Target(
        name="camera.alerts",
        parse=_alerts,
        errors=(Garbled,),
        seeds=tuple(b"\6--b\r\n\r\n" + each + b"\r\n--b\r\n" for each in ALERTS),
    ),
    Target(
        name="camera.alert",
        parse=hikvision.decode,
        errors=(Garbled,),
        seeds=ALERTS,
    ),
    Target(name="camera.lines", parse=_lines, seeds=tuple(b"\5" + each for each in LINES)),
    Target(
        name="camera.multipart",
        parse=_multipart,
        errors=(ValueError,),
        seeds=tuple(b"\5" + each for each in PARTS),
    ),
    Target(
        name="camera.login",
        parse=_login,
        seeds=(b'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256', b"Basic realm=r"),
        most=2048,
    ),
    Target(name="camera.http", parse=_answer, errors=(LinkDown,), seeds=HEADS, most=2048),
    Target(
        name="discovery.probe_match",
        parse=lambda body: cameras_in(body, NUMBER),
        errors=(Malformed,),
        seeds=(MATCH,),
    ),
)
