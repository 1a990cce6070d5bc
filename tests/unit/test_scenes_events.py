"""A simulated camera's own events: who hears what, how often, and when no more."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from datetime import timedelta

from simulators.cameras.events import MOST_UNHEARD, Events
from simulators.cameras.guard import Guard
from simulators.cameras.onvif_services import OnvifServices
from tests.fakes.time import EPOCH, run

TOPIC = "tns1:RuleEngine/FieldDetector/ObjectsInside"
BASE = "http://camera/onvif"
_SPACES = (
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope"'
    ' xmlns:wsa="http://www.w3.org/2005/08/addressing"'
    ' xmlns:tev="http://www.onvif.org/ver10/events/wsdl"'
    ' xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2"'
    ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl"'
)
PULL = (
    "<tev:PullMessages><tev:Timeout>PT5S</tev:Timeout><tev:MessageLimit>10</tev:MessageLimit>"
    "</tev:PullMessages>"
)
CREATE = (
    "<tev:CreatePullPointSubscription><wsnt:InitialTerminationTime>PT60S"
    "</wsnt:InitialTerminationTime></tev:CreatePullPointSubscription>"
)


def asked(body: str, *, to: str = "", header: str = "") -> bytes:
    """A whole question."""
    address = f"<wsa:To>{to}</wsa:To>" if to else ""
    return (
        f"<s:Envelope {_SPACES}><s:Header>{address}{header}</s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def told(events: Events) -> list[bytes]:
    """What somebody who listens to Hikvision's stream hears of one event and its end."""
    heard: list[bytes] = []

    async def story() -> None:
        alive = asyncio.create_task(events.run(), name="events")
        with events.heard("hikvision") as words:
            events.begin("fielddetection")
            await asyncio.sleep(3.5)
            events.end("fielddetection")
            await asyncio.sleep(20)
            while not words.empty():
                heard.append(words.get_nowait())
        alive.cancel()
        await asyncio.gather(alive, return_exceptions=True)

    run(story())
    return heard


def test_hikvision_repeats_what_goes_on_and_never_says_that_it_is_over() -> None:
    """Once a second with a count; then only the word that nothing is lost, now and then."""
    heard = told(Events(lambda: EPOCH))
    active = [word for word in heard if b"<eventState>active" in word]
    counts = [word.split(b"activePostCount>")[1][:1] for word in active]
    assert counts == [b"1", b"2", b"3", b"4"]
    assert all(b"videoloss" in word for word in heard if word not in active)
    assert len(heard) - len(active) >= 2


def test_dahua_says_the_beginning_and_the_end() -> None:
    """And a pulse for what has no length; the oldest words are lost to who does not listen."""
    events = Events(lambda: EPOCH)

    async def story() -> None:
        with events.heard("dahua") as words:
            events.begin("VideoBlind")
            events.end("VideoBlind")
            events.end("VideoBlind")
            events.pulse("AlarmLocal")
            said = [words.get_nowait() for _ in range(words.qsize())]
            assert [word.split(b"action=")[1][:5] for word in said] == [
                b"Start",
                b"Stop;",
                b"Pulse",
            ]
            for number in range(MOST_UNHEARD + 5):
                events.pulse(f"Code{number}")
            assert words.qsize() == MOST_UNHEARD
            assert b"Code=Code5;" in words.get_nowait()

    run(story())


def services(guard: Guard | None = None, *, skew: timedelta = timedelta(0)) -> OnvifServices:
    """A camera's services, at the story's time."""
    return OnvifServices(
        BASE,
        guard or Guard(),
        lambda: EPOCH + timedelta(seconds=asyncio.get_running_loop().time()),
        stream="rtsp://camera/stream",
        skew=skew,
    )


def test_a_pull_point_waits_for_what_happens() -> None:
    """It is told at once; without anything the answer comes empty when patience is over."""

    async def story() -> None:
        camera = services()
        status, said = await camera.answer(asked(CREATE), {})
        assert (status, f"<wsa5:Address>{BASE}/event/1<".encode() in said) == ("200 OK", True)
        loop = asyncio.get_running_loop()
        loop.call_later(2, camera.tell, TOPIC, True)  # noqa: FBT003 - the message's value
        _, said = await camera.answer(asked(PULL, to=f"{BASE}/event/1"), {})
        assert loop.time() == 2
        assert b'Name="IsInside" Value="true"' in said
        _, said = await camera.answer(asked(PULL, to=f"{BASE}/event/1"), {})
        assert loop.time() == 7
        assert b"NotificationMessage" not in said

    run(story())


def test_a_pull_point_that_nobody_renews_is_gone() -> None:
    """After its minute it is not known any more; who makes another is told what goes on."""

    async def story() -> None:
        camera = services()
        await camera.answer(asked(CREATE), {})
        camera.tell(TOPIC, True)  # noqa: FBT003 - the message's value
        await asyncio.sleep(61)
        status, _ = await camera.answer(asked(PULL, to=f"{BASE}/event/1"), {})
        assert status == "400 Bad Request"
        await camera.answer(asked(CREATE), {})
        _, said = await camera.answer(asked(PULL, to=f"{BASE}/event/2"), {})
        assert b'PropertyOperation="Initialized"' in said

    run(story())


def test_who_asks_has_to_know_the_password_but_for_the_clock() -> None:
    """The digest of WS-UsernameToken: SHA-1 of nonce, time and password, in base64."""
    envelope = (
        '<Security xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-'
        'secext-1.0.xsd"><UsernameToken><Username>admin</Username><Password>{}</Password>'
        '<Nonce>{}</Nonce><Created xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-'
        'wss-wssecurity-utility-1.0.xsd">{}</Created></UsernameToken></Security>'
    )

    async def answered(password: str, body: str, age: timedelta = timedelta(0)) -> str:
        created = f"{EPOCH - age:%Y-%m-%dT%H:%M:%SZ}"
        digest = hashlib.sha1(b"salt" + created.encode() + password.encode()).digest()  # noqa: S324 - as ONVIF has it
        proof = envelope.format(
            base64.b64encode(digest).decode(), base64.b64encode(b"salt").decode(), created
        )
        camera = services(Guard(way="digest", username="admin", password="right"))  # noqa: S106 - made up
        return (await camera.answer(asked(body, header=proof), {}))[0]

    async def story() -> None:
        assert await answered("right", "<tds:GetServices/>") == "200 OK"
        assert await answered("wrong", "<tds:GetServices/>") == "400 Bad Request"
        assert await answered("wrong", "<tds:GetSystemDateAndTime/>") == "200 OK"
        assert await answered("right", "<tds:Reboot/>") == "500 Internal Server Error"
        old = timedelta(hours=1)
        assert await answered("right", "<tds:GetServices/>", old) == "400 Bad Request"

    run(story())


def test_a_camera_with_a_wrong_clock_says_its_own_time() -> None:
    """Fourteen years behind: what it tells is stamped by that clock."""

    async def story() -> None:
        behind = timedelta(days=14 * 365)
        camera = services(skew=-behind)
        _, said = await camera.answer(asked("<tds:GetSystemDateAndTime/>"), {})
        assert f"<tt:Year>{(EPOCH - behind).year}<".encode() in said

    run(story())
