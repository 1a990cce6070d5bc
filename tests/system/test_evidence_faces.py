"""No face leaves a camera's process: not to disk, log, API, platform or crash dump."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final

import pytest

from edge.broker import Broker
from edge.evidence.store import INDEX_FILE
from edge.local_socket import NAME
from edge.local_socket import connect as to_gateway
from edge.mqtt import connect
from edge.vision.camera.film import write_film
from edge.vision.pictures import Image
from simulators.broker import broker
from simulators.platform import Platform
from tests.fakes.faces import pasted, portrait, scene, yunet
from tests.fakes.models import real_models
from tests.fakes.picture_hunt import pictures_below, pictures_in
from tests.fakes.process import GatewayUnderTest, gateway
from tests.source_tree import ROOT

pytestmark = pytest.mark.in_time

PATIENCE_S: Final = 60.0

SITE: Final = """
site: {{id: home, name: {{zh: 家, en: Home}}, timezone: Asia/Shanghai, reporter: gateway}}
gateway: {{id: gw-1, store: var}}
page: {{serve: off}}
buildings:
  - {{id: b1, name: {{zh: 1号楼, en: Building 1}}}}
vision:
  models: {models}
  evidence: {{before: 1s, after: 1s}}
links:
  - {{id: sensors, driver: mqtt_json, broker: {{host: 127.0.0.1, port: {port}}}}}
  - {{id: hall, driver: camera, source: {{type: file, path: {film}}}}}
devices:
  - id: call-1
    link: sensors
    profile: sensors/call_button
    name: {{zh: 按钮, en: Button}}
    address: {{device_id: call-1}}
    location: {{building: b1}}
  - id: camera-1
    link: hall
    profile: cameras/generic
    name: {{zh: 摄像机, en: Camera}}
    location: {{building: b1}}
    address: {{}}
policies:
  - alarms: 'elder.*'
    issue:
      category: elder_care
      title: {{zh: 求助, en: A call for help}}
      respond_within: 3min
      resolve_within: 2h
      parties: [property]
uplinks:
  - {{id: platform, type: mqtt, broker: {{host: 127.0.0.1, port: {port}}}}}
"""


def film_of_a_person(path: Path) -> None:
    """Somebody walks up to a camera for three seconds; nothing is hidden in it."""
    empty = scene(640, 360)
    places = [(30 + 12 * n, 40 + 2 * n, 140 + 3 * n) for n in range(30)]
    write_film(
        path, ((n / 10, pasted(empty, portrait(), *place)) for n, place in enumerate(places))
    )


def faces_of(pictures: Iterable[Image]) -> list[int]:
    """Of each picture how many faces are found in it, from afar and near."""
    find, counts = yunet(), []
    for image in pictures:
        height, width = image.shape[:2]
        near = image[: height * 3 // 4, width // 8 : width * 7 // 8]
        counts.append(sum(each.sure for look in (image, near) for each in find(look) or ()))
    return counts


class Spy:
    """Keeps every byte that goes over the broker."""

    def __init__(self) -> None:
        self.heard: dict[str, list[bytes]] = {}

    async def listen(self, address: Broker, ready: asyncio.Event) -> None:
        """Hear everything until cancelled."""
        async with connect(address, client_id="spy", subscriptions=("#",)) as session:
            ready.set()
            async for message in session.messages():
                self.heard.setdefault(message.topic, []).append(message.body)
                message.ack()

    def films(self) -> list[bytes]:
        """What was sent as evidence, each put together from its pieces."""
        pieces = {topic: said for topic, said in self.heard.items() if "/evidence/" in topic}
        return [b"".join(piece[16:] for piece in dict.fromkeys(said)) for said in pieces.values()]


@asynccontextmanager
async def heard(spy: Spy, address: Broker) -> AsyncIterator[None]:
    """Let the spy listen."""
    ready = asyncio.Event()
    listening = asyncio.create_task(spy.listen(address, ready), name="spy")
    try:
        await ready.wait()
        yield
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


@asynccontextmanager
async def at_platform(folder: Path, address: Broker) -> AsyncIterator[None]:
    """Let the platform live."""
    platform = Platform(folder / "platform.db", address)
    living = asyncio.create_task(platform.run(), name="platform")
    try:
        await platform.ready.wait()
        yield
    finally:
        living.cancel()
        await asyncio.gather(living, return_exceptions=True)


def ask(folder: Path, path: str) -> bytes:
    """Ask the gateway at its local socket."""
    connection = HTTPConnection("localhost", timeout=10)
    connection.sock = to_gateway(folder / "var" / NAME, 10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        return body
    finally:
        connection.close()


def shown(folder: Path, path: str) -> None:
    """What the gateway shows of a picture has no face in it."""
    pictures = list(pictures_in(ask(folder, path)))
    assert len(pictures) >= 1
    assert sum(faces_of(pictures[::4])) == 0


async def until(true: Any) -> Any:
    """Wait for something; return it."""
    async with asyncio.timeout(PATIENCE_S):
        while not (found := await true()):  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.2)
    return found


def below(pid: int) -> Iterator[int]:
    """The processes that a process has started, and theirs."""
    for each in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        with suppress(OSError):
            parent = int((each / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid:
                yield int(each.name)
                yield from below(int(each.name))


async def both_kinds(folder: Path) -> list[dict[str, Any]]:
    """The evidence, once there is a still and a clip."""
    try:
        body = await asyncio.to_thread(ask, folder, "/api/v1/evidence")
    except OSError:
        return []
    items: list[dict[str, Any]] = json.loads(body)["items"]
    return items if {each["kind"] for each in items} == {"still", "clip"} else []


def crashed(under_test: GatewayUnderTest, cores: Path) -> None:
    """Let every process that has seen a picture die of a fault; none may leave a dump."""
    living = list(below(under_test.pid))
    assert len(living) >= 3, "nursery, camera and detector: there are no processes to crash"
    for pid in living:
        assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)
    for pid in reversed(living):  # the youngest first: the others would take it along
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSEGV)
    deadline = time.monotonic() + PATIENCE_S
    while set(living) & set(below(under_test.pid)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not [*cores.glob("core*"), *Path.cwd().glob("core.*")]


def test_no_face_leaves_a_camera_s_process(tmp_path: Path) -> None:
    """A resident calls, somebody stands before the camera; then everything there is is searched."""
    models = real_models()
    film = tmp_path / "film.mp4"
    film_of_a_person(film)
    unhidden = [image for _, image in pictures_below(tmp_path)]
    assert all(faces_of(unhidden[::6])), "the test sees nothing"
    folder = tmp_path / "site"
    for each in (folder, tmp_path / "platform"):
        each.mkdir()
    spy = Spy()

    async def main() -> None:
        async with broker() as running:
            address = Broker(host="127.0.0.1", port=running.port, version=running.version)
            site = SITE.format(models=models, film=film, port=running.port)
            async with heard(spy, address), at_platform(tmp_path / "platform", address):
                with gateway(folder, site) as under_test:
                    await story(folder, address, spy)
                    await asyncio.to_thread(under_test.answers)
                    await asyncio.to_thread(crashed, under_test, folder)

    asyncio.run(main())
    searched = [*pictures_below(folder), *pictures_below(tmp_path / "platform")]
    sent = [image for body in spy.films() for image in pictures_in(body)]
    rest = [
        image
        for topic, said in spy.heard.items()
        for body in said
        if "/evidence/" not in topic
        for image in pictures_in(body)
    ]
    kept = [image for path, image in searched if path.name != INDEX_FILE]
    assert len([each for each in searched if each[0].is_relative_to(folder)]) >= 10
    assert len(sent) >= 10
    assert rest == []
    assert sum(faces_of([*kept[::4], *sent[2::4], kept[-1], sent[0]])) == 0


async def story(folder: Path, address: Broker, spy: Spy) -> None:
    """The camera films, the button is pressed, its evidence is kept, shown and delivered."""

    async def filming() -> bool:
        try:
            body = await asyncio.to_thread(ask, folder, "/api/v1/points?device=camera-1")
        except OSError:
            return False
        points = {each["point"]: each["value"] for each in json.loads(body)["items"]}
        return points.get("camera-1/online") is True

    await until(filming)
    await asyncio.sleep(2.0)  # of the film before the alarm
    async with connect(address, client_id="button", subscriptions=()) as session:
        pressed = json.dumps({"id": "1", "pressed": True}).encode()
        await session.publish("sensors/call-1/state", pressed)
    items = await until(lambda: both_kinds(folder))
    assert {each["blurred"] for each in items} == {"faces"}
    assert all(each["alarms"] == ["call-1/call"] for each in items)
    assert min(each["faces"] for each in items) >= 1
    for each in items:
        await asyncio.to_thread(shown, folder, each["content"])

    async def delivered() -> bool:
        words = [
            json.loads(body)
            for topic, said in spy.heard.items()
            if topic.endswith("/evidence_receipts")
            for body in said
        ]
        return {each["sha256"] for each in words if each.get("stored")} == {
            each["id"] for each in items
        }

    await until(delivered)


def test_the_portrait_is_what_it_says() -> None:
    """The picture with the face has its source and licence beside it."""
    words = (ROOT / "tests" / "cases" / "vision" / "README.md").read_text("utf-8")
    assert "portrait.jpg" in words
    assert "NASA" in words
