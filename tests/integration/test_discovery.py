"""Finding devices over loopback: a link that is tried, a box that calls, a broker, cameras."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from edge.discovery import ModbusSurvey, UnitFound, cameras, catalogue, ranked, strangers, tried
from edge.drivers.modbus.driver import ModbusDriver
from edge.drivers.modbus.profile import ModbusProfile
from edge.drivers.mqtt_json.link import SensorDriver, SensorLink, SensorSection
from edge.errors import LinkDown
from edge.keeper import Keeper
from edge.mqtt import Broker, connect
from edge.profiles import Profiles
from edge.trace import Trace
from simulators.lift import LiftSimulator, LiftSpec
from simulators.onvif import OnvifCamera
from simulators.ports import free_port
from tests.fakes import mqtt
from tests.fakes.modbus import living, profile, section, utc_now
from tests.fakes.mqtt_session import started

pytestmark = pytest.mark.integration

BOX = profile("lifts/ba_box")
PROFILES = catalogue(Profiles())
PICTURE = b'{"pic": "data:image/jpeg;base64,CANARY", "personName": "Canary", "level": 4}'


def bounded(story: Coroutine[Any, Any, None]) -> None:
    """Run a story that must end within twenty seconds."""

    async def main() -> None:
        async with asyncio.timeout(20):
            await story

    asyncio.run(main())


async def _nothing(_: object) -> None: ...


@asynccontextmanager
async def running(work: Coroutine[Any, Any, object]) -> AsyncIterator[None]:
    """Let it run around a test."""
    task = asyncio.create_task(work, name="running")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("framing", ["mbap", "rtu"])
def test_a_lift_is_found_on_a_link_that_is_not_configured(framing: Any, tmp_path: Path) -> None:
    """Typed in by a technician: the unit is found, and the catalogue knows what it is."""

    async def story() -> None:
        spec = LiftSpec(device="lift-1", unit=3, profile=BOX)
        simulator = LiftSimulator("bus", [spec], framing=framing)
        async with living(simulator):
            way = "tcp" if framing == "mbap" else "rtu_over_tcp"
            at = {"type": way, "host": "127.0.0.1", "port": simulator.server.port}
            wanted = {
                "driver": "modbus",
                "id": "new",
                "transport": {**at, "answer_within": "100ms"},
            }
            async with tried(wanted, utc_now, tmp_path) as driver:
                assert isinstance(driver, ModbusDriver)
                survey = ModbusSurvey(driver)
                async with aclosing(survey.units(1, 5)) as steps:
                    found = [step.unit async for step in steps if isinstance(step, UnitFound)]
                assert found == [3]
                scores = {}
                for name, each in PROFILES.items():
                    if isinstance(each, ModbusProfile):
                        scores[name] = ranked({name: each}, await survey.answers(3, each))
        best = max((score for score in scores.values() if score), key=lambda score: score[0][1])
        assert best[0][0] == "lifts/ba_box"

    bounded(story())


def test_a_tried_link_that_is_not_there(tmp_path: Path) -> None:
    """It is opened once, and says why it does not open."""

    async def story() -> None:
        at = {"type": "tcp", "host": "127.0.0.1", "port": free_port()}
        with pytest.raises((LinkDown, OSError)):
            async with tried({"driver": "modbus", "id": "new", "transport": at}, utc_now, tmp_path):
                pass

    bounded(story())


def test_a_box_that_dials_in_unknown_is_a_stranger() -> None:
    """While its link waits for another box, its registration stands there to be copied."""

    async def story() -> None:
        port = free_port()
        at = {"type": "dial_in", "host": "127.0.0.1", "listen": port, "registration": "IMEI1"}
        keeper = Keeper(section(at).bind([]), _nothing, _nothing, utc_now)
        async with running(keeper.run()):
            while not keeper.trace.strangers.all():
                with suppress(OSError):
                    reader, writer = await asyncio.open_connection("127.0.0.1", port)
                    writer.write(b"IMEI2")
                    with suppress(OSError):
                        await reader.read()
                    writer.close()
                await asyncio.sleep(0.05)
            [one] = strangers([keeper], PROFILES)
            assert (one.link, one.address) == ("bus", {"registration": "IMEI2"})
            assert keeper.driver is None

    bounded(story())


@pytest.mark.usefixtures("mosquitto_path")
def test_listening_for_a_while_finds_sensors_that_nobody_configured() -> None:
    """Only then, for so long; known ones are no strangers, and no picture or name is kept."""

    async def story() -> None:
        async with started() as broker:
            place = Broker(host="127.0.0.1", port=broker.port)
            link = SensorSection(id="s", driver="mqtt_json", broker=place).bind(
                [mqtt.sensor("call_button", "call-1", "cb01")]
            )
            trace = Trace(utc_now)
            async with (
                link.open(utc_now, trace) as driver,
                connect(place, client_id="others", subscriptions=()) as others,
            ):
                await others.publish("bins/b7/state", b'{"fill": 20}')
                assert trace.strangers.all() == ()
                listening = asyncio.create_task(driver.listen_for(1.0), name="listening")
                assert (await _second(driver)).ended == "busy"
                while not listening.done():
                    await others.publish("bins/b7/state", b'{"fill": 20}')
                    await others.publish("mqtt/face/9/Rec", PICTURE)
                    await others.publish("sensors/cb01/state", b'{"pressed": false}')
                    await asyncio.sleep(0.05)
                listened = await listening
                assert listened.ended == "time"
                assert listened.messages >= 9
                found = {each.topic: each for each in trace.strangers.all()}
                assert set(found) == {"bins/b7/state", "mqtt/face/9/Rec"}
                assert b"CANARY" not in found["mqtt/face/9/Rec"].sample.upper()
                counts = {topic: each.count for topic, each in found.items()}
                await others.publish("bins/b7/state", b'{"fill": 21}')
                await asyncio.sleep(0.2)
                assert {each.topic: each.count for each in trace.strangers.all()} == counts

    bounded(story())


async def _second(driver: SensorDriver) -> Any:
    """Somebody else who wants to listen meanwhile."""
    await asyncio.sleep(0)
    return await driver.listen_for(1.0)


@pytest.mark.usefixtures("mosquitto_path")
def test_listening_ends_when_it_has_heard_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that carries more than a site does not fill the memory."""
    monkeypatch.setattr("edge.drivers.mqtt_json.listening.MOST_MESSAGES", 5)

    async def story() -> None:
        async with started() as broker:
            place = Broker(host="127.0.0.1", port=broker.port)
            link: SensorLink = SensorSection(id="s", driver="mqtt_json", broker=place).bind([])
            trace = Trace(utc_now)
            async with (
                link.open(utc_now, trace) as driver,
                connect(place, client_id="others", subscriptions=()) as others,
            ):
                for number in range(9):
                    await others.publish(f"x/{number}", b'{"v": 1}', retain=True)
                listened = await driver.listen_for(10)
                assert (listened.ended, listened.messages) == ("enough", 5)
                assert len(trace.strangers.all()) == 5

    bounded(story())


def test_cameras_are_found_and_hostile_ones_left_out() -> None:
    """Two sound cameras among one that sends nonsense, one an entity bomb, one another's answer."""

    def bomb(answer: bytes) -> bytes:
        return b'<!DOCTYPE a [<!ENTITY b "bbb">]>' + answer.replace(b"<?xml", b"<!-- ")

    async def story() -> None:
        sound = [
            OnvifCamera("East gate", "SIM-2", own=f"00000000-0000-4000-8000-00000000000{n}")
            for n in (1, 2)
        ]
        spoilt = [
            OnvifCamera("Noise", "X", spoil=lambda _: b"\xff" * 3000),
            OnvifCamera("Bomb", "X", spoil=bomb),
            OnvifCamera("Old", "X", spoil=lambda answer: answer.replace(b"urn:uuid:", b"urn:x:")),
        ]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(c.run(), name="camera") for c in (*sound, *spoilt)]
            for camera in (*sound, *spoilt):
                await camera.ready.wait()
            targets = [("127.0.0.1", camera.port) for camera in (*sound, *spoilt)]
            found = await cameras(1.0, [*targets, ("127.0.0.1", free_port())])
            for task in tasks:
                task.cancel()
        assert [(each.name, each.model) for each in found] == [("East gate", "SIM-2")] * 2
        assert {each.id for each in found} == {
            f"urn:uuid:00000000-0000-4000-8000-00000000000{n}" for n in (1, 2)
        }
        assert found[0].addresses == ("http://127.0.0.1/onvif/device_service",)
        assert all(camera.asked == 2 for camera in sound), "the question is put twice"

    bounded(story())


def test_all_networks_of_the_machine_can_be_asked() -> None:
    """Whatever interfaces there are, asking them fails nobody."""

    async def story() -> None:
        assert isinstance(await cameras(0.2), tuple)

    bounded(story())
