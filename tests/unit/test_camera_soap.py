"""ONVIF's answers, built to its documents; the questions put to it, and what is no answer."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.drivers.camera import media, notifications, soap
from edge.drivers.camera.codec import Garbled, Said
from edge.drivers.camera.xml_tree import read_xml
from edge.vision.http_login import Login

SPACES = (
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" '
    'xmlns:tt="http://www.onvif.org/ver10/schema" xmlns:tns1="http://www.onvif.org/ver10/topics" '
    'xmlns:wsa5="http://www.w3.org/2005/08/addressing" '
    'xmlns:tev="http://www.onvif.org/ver10/events/wsdl"'
)


def envelope(body: str) -> bytes:
    """An answer."""
    return f"<s:Envelope {SPACES}><s:Header/><s:Body>{body}</s:Body></s:Envelope>".encode()


def notification(topic: str, message: str) -> str:
    """One of those that a camera has kept."""
    return (
        '<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/'
        f'topicExpression/ConcreteSet">{topic}</wsnt:Topic><wsnt:ProducerReference>'
        "<wsa5:Address>uri://94fbe18e</wsa5:Address></wsnt:ProducerReference>"
        f"<wsnt:Message>{message}</wsnt:Message></wsnt:NotificationMessage>"
    )


def items(**pairs: str) -> str:
    """Items as messages have them."""
    return "".join(f'<tt:SimpleItem Name="{k}" Value="{v}"/>' for k, v in pairs.items())


SOURCE = items(
    VideoSourceConfigurationToken="1", VideoAnalyticsConfigurationToken="1", Rule="MyFieldRule"
)


def message(operation: str, source: str, facts: str) -> str:
    """The inner message."""
    return (
        f'<tt:Message UtcTime="2019-03-12T23:48:28Z" PropertyOperation="{operation}">'
        f"<tt:Source>{source}</tt:Source><tt:Key></tt:Key><tt:Data>{facts}</tt:Data></tt:Message>"
    )


@pytest.mark.parametrize(
    ("topic", "inner", "said"),
    [
        (
            "tns1:Device/tnsaxis:Sensor/PIR",
            message("Initialized", items(sensor="0"), items(state="0")),
            Said(code="Device/Sensor/PIR", way="off"),
        ),
        (
            "tns1:RuleEngine/FieldDetector/ObjectsInside",
            message("Changed", SOURCE, items(ObjectId="0", IsInside="true")),
            Said(code="RuleEngine/FieldDetector/ObjectsInside", way="on", where="MyFieldRule"),
        ),
        (
            "tns1:RuleEngine/LineDetector/Crossed",
            message("Changed", SOURCE, items(ObjectId="1")),
            Said(code="RuleEngine/LineDetector/Crossed", way="pulse", where="MyFieldRule"),
        ),
        (
            "tns1:VideoSource/MotionAlarm",
            message("Deleted", items(Source="VS_0"), items(State="true")),
            Said(code="VideoSource/MotionAlarm", way="off"),
        ),
        (
            "tns1:VideoSource/ImageTooDark/AnalyticsService",
            f"<tt:Message><tt:Data>{items(State='true')}</tt:Data></tt:Message>",
            Said(code="VideoSource/ImageTooDark/AnalyticsService", way="on"),
        ),
    ],
    ids=["initialized", "inside", "crossed", "deleted", "without an operation"],
)
def test_golden_notifications(topic: str, inner: str, said: Said) -> None:
    """Property states, a crossing that only happens, topics with makers' prefixes; all built."""
    raw = envelope(
        f"<tev:PullMessagesResponse>{notification(topic, inner)}</tev:PullMessagesResponse>"
    )
    assert notifications.said_in(soap.body_of(raw)) == (said,)


def test_a_subscription_with_what_has_to_be_said_with_it() -> None:
    """One make tells them apart by a word in the header, which has to come back as it was."""
    body = soap.body_of(
        envelope(
            "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa5:Address>"
            "http://192.168.0.90/onvif/services</wsa5:Address><wsa5:ReferenceParameters>"
            '<dom0:SubscriptionId xmlns:dom0="http://www.axis.com/2009/event">42</dom0:SubscriptionId>'
            "</wsa5:ReferenceParameters></tev:SubscriptionReference>"
            "</tev:CreatePullPointSubscriptionResponse>"
        )
    )
    address, reference = notifications.subscription_of(body)
    assert address == "http://192.168.0.90/onvif/services"
    proof = soap.Proof(login=None, created=datetime(2026, 1, 1, tzinfo=UTC), nonce=b"")
    sent = soap.envelope(
        notifications.pull(reference), to=address, number="urn:uuid:1", proof=proof
    )
    header = read_xml(sent).first("Header")
    assert header is not None
    told = header.first("SubscriptionId")
    assert told is not None
    assert (told.text, told.space) == ("42", "http://www.axis.com/2009/event")
    assert header.word("Action").endswith("PullPointSubscription/PullMessagesRequest")


def test_the_example_of_onvif() -> None:
    """The token of web services, from ONVIF's guide for programmers."""
    nonce = base64.b64decode("LKqI6G/AikKCQrN0zqZFlg==")
    digest = soap.password_digest(nonce, "2010-09-16T07:50:45Z", "userpassword")
    assert digest == "tuOSpGlFlIXsozq4HFNeeGeFLEI="


def test_a_question_proves_the_password() -> None:
    """With the digest over the instant of the camera's clock; the password itself is not in it."""
    login = Login(username="a&b", password="s3cret")  # noqa: S106 - a test's own
    created = datetime(2010, 9, 16, 7, 50, 45, tzinfo=UTC)
    proof = soap.Proof(login=login, created=created, nonce=bytes(16))
    sent = soap.envelope(soap.SERVICES, to="http://c/", number="urn:uuid:1", proof=proof)
    root = read_xml(sent)
    assert root.word("Username") == "a&b"
    assert root.word("Created") == "2010-09-16T07:50:45.000Z"
    assert root.word("Nonce") == "AAAAAAAAAAAAAAAAAAAAAA=="
    assert b"s3cret" not in sent


def test_clock_and_services() -> None:
    """What is asked first of all."""
    clock = soap.body_of(
        envelope(
            "<x:GetSystemDateAndTimeResponse xmlns:x='d'><x:SystemDateAndTime><tt:UTCDateTime>"
            "<tt:Time><tt:Hour>7</tt:Hour><tt:Minute>5</tt:Minute><tt:Second>59</tt:Second></tt:Time>"
            "<tt:Date><tt:Year>2001</tt:Year><tt:Month>2</tt:Month><tt:Day>28</tt:Day></tt:Date>"
            "</tt:UTCDateTime></x:SystemDateAndTime></x:GetSystemDateAndTimeResponse>"
        )
    )
    assert soap.clock_of(clock) == datetime(2001, 2, 28, 7, 5, 59, tzinfo=UTC)
    assert soap.clock_of(soap.body_of(envelope("<a/>"))) is None
    services = soap.body_of(
        envelope("<Capabilities><Events><XAddr>http://c/ev</XAddr></Events></Capabilities>")
    )
    assert soap.service_of(services, "Events") == "http://c/ev"
    assert soap.service_of(services, "Media") == ""


def test_a_refusal_is_told_in_the_cameras_words() -> None:
    """A technician reads what the camera said."""
    fault = envelope(
        "<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason>"
        "<s:Text>Sender not Authorized</s:Text></s:Reason></s:Fault>"
    )
    with pytest.raises(Garbled, match="Sender not Authorized"):
        soap.body_of(fault)


@given(st.binary(max_size=2_000))
def test_noise_is_garbled(noise: bytes) -> None:
    """Any bytes are refused in one way."""
    with pytest.raises(Garbled):
        soap.body_of(noise)


@given(st.integers(0, 600), st.binary(min_size=1, max_size=8))
def test_a_damaged_answer_raises_nothing_else(at: int, damage: bytes) -> None:
    """Bytes changed anywhere: it is read, or it is garbled."""
    whole = envelope(
        notification("tns1:VideoSource/MotionAlarm", message("Changed", SOURCE, items(State="1")))
    )
    try:
        notifications.said_in(soap.body_of(whole[:at] + damage + whole[at + len(damage) :]))
    except Garbled:
        return


def test_streams_of_a_camera() -> None:
    """Name, coder and size; what has no pictures is left out."""
    body = soap.body_of(
        envelope(
            '<r><Profiles token="Profile_1" fixed="true"><tt:Name>mainStream</tt:Name>'
            '<tt:VideoEncoderConfiguration token="VE_1"><tt:Name>VE</tt:Name>'
            "<tt:Encoding>H264</tt:Encoding><tt:Resolution><tt:Width>2560</tt:Width>"
            "<tt:Height>1440</tt:Height></tt:Resolution></tt:VideoEncoderConfiguration></Profiles>"
            '<Profiles token="audio"><tt:Name>sound</tt:Name></Profiles></r>'
        )
    )
    [found] = media.profiles_of(body)
    assert (found.token, found.name, found.encoding) == ("Profile_1", "mainStream", "H264")
    assert (found.width, found.height) == (2560, 1440)
    asked = media.stream_uri("a<b")
    assert "<ProfileToken>a&lt;b</ProfileToken>" in asked.body
