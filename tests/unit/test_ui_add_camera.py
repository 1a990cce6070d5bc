"""Adding a camera: its usual address, a first look, and a password that nobody sees again."""

from __future__ import annotations

import asyncio
import html
import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from edge.api.ui import add_camera_pages
from edge.api.ui.add.camera_draft import draft_from, draft_of
from edge.api.ui.add.camera_makes import MAKES, WAYS, make_of, usual_url
from edge.api.ui.add.wish import Wish
from edge.discovery.onvif_media import Stream
from edge.discovery.try_link import link_of
from edge.drivers.camera.http import Web
from edge.drivers.camera.link import CameraLink
from edge.errors import LinkDown
from edge.versions import Unfit
from edge.versions.secret_file import SecretThere, has_secret, keep_secret
from tests.fakes.browser import Answer
from tests.fakes.camera_house import Scene, SeeingProcess, told
from tests.fakes.page_story import EN, HTMX, plain

PASSWORD = "a5-secret-of-a-camera"  # noqa: S105 - of a test
RTSP = "rtsp://192.0.2.7:554/Streaming/Channels/102"
FILLED = {
    "make": "hikvision",
    "way": "rtsp",
    "host": "192.0.2.7",
    "url": RTSP,
    "service": "http://192.0.2.7",
    "username": "look",
    "id": "video-1",
    "do": "try",
}


def wish_in(answer: Answer) -> Wish:
    """What the address that a form leads to says."""
    query = answer.headers["location"].partition("?")[2]
    return Wish.model_validate(dict(parse_qsl(query)))


@pytest.mark.parametrize("make", MAKES)
@pytest.mark.parametrize("way", WAYS)
def test_a_usual_address_is_one_that_the_driver_takes(make: str, way: str, tmp_path: Path) -> None:
    """Of every make and way that has one, with a name and its own events; also over IPv6."""
    for host in ("192.0.2.7", "2001:db8::7"):
        url = usual_url(make, way, host)
        if not url:
            continue
        draft = draft_of({"make": make, "way": way, "host": host, "events": "on"}, "video-1")
        assert draft.url == url
        link = link_of(draft.section(), tmp_path, running=())
        assert isinstance(link, CameraLink)
        assert draft_from(draft.section()).url == url


def test_an_address_follows_the_make_until_somebody_has_typed_another() -> None:
    """One that is only usual is replaced, another stays; what a camera tells names its make."""
    first = draft_of({"make": "hikvision", "host": "192.0.2.7"}, "v")
    moved = draft_of({"make": "dahua", "host": "192.0.2.8", "url": first.url}, "v")
    assert moved.url == "rtsp://192.0.2.8:554/cam/realmonitor?channel=1&subtype=1"
    typed = draft_of({"make": "dahua", "host": "192.0.2.8", "url": "rtsp://192.0.2.8/own"}, "v")
    assert typed.url == "rtsp://192.0.2.8/own"
    tried = draft_of({"make": "dahua", "host": "192.0.2.8", "url": RTSP, "do": "try"}, "v")
    assert tried.url == RTSP, "what is tried is what was typed"
    assert make_of("HIKVISION DS-2CD2143") == "hikvision"
    assert make_of("IPC-HFW1230S Dahua") == "dahua"
    assert make_of("Unknown") == "onvif"


def test_a_secret_is_written_once_for_its_owner_alone(tmp_path: Path) -> None:
    """Never over another, unless that was said; through no link, under no odd name."""
    keep_secret(tmp_path, "video-1", PASSWORD)
    path = tmp_path / "secrets" / "video-1"
    assert path.read_text(encoding="utf-8") == f"{PASSWORD}\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(SecretThere):
        keep_secret(tmp_path, "video-1", "another")
    assert path.read_text(encoding="utf-8") == f"{PASSWORD}\n"
    keep_secret(tmp_path, "video-1", "another", replace=True)
    assert path.read_text(encoding="utf-8") == "another\n"
    for name, secret in (("../x", "y"), ("", "y"), ("x", ""), ("x", "a\nb"), ("x", "y" * 2000)):
        with pytest.raises(Unfit):
            keep_secret(tmp_path, name, secret)
    (tmp_path / "secrets" / "led").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SecretThere):
        keep_secret(tmp_path, "led", "z")
    assert not (tmp_path / "elsewhere").exists()
    assert sorted(each.name for each in path.parent.iterdir()) == ["led", "video-1"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "secrets").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OSError, match="File exists"):
        keep_secret(tmp_path / "other", "x", "y")
    assert not has_secret(tmp_path, "nobody")


def test_a_camera_is_added_and_its_password_is_seen_by_nobody(tmp_path: Path) -> None:
    """From the address to the site file; the audit log says who wrote it, not what."""

    async def story(scene: Scene) -> None:
        found = "/add/camera?service=http://192.0.2.7/onvif/device_service&told=HIKVISION%20DS-2"
        page = await scene.chief.get(found, **EN)
        assert html.escape(RTSP) in page.text
        asked = await scene.chief.form("/add/camera", {**FILLED, "password": PASSWORD}, **EN)
        assert asked.status == 303
        wish = wish_in(asked)
        assert '"password_file":"secrets/video-1"' in wish.new
        tried = await scene.chief.get(wish.path("camera/try"), **EN)
        assert "Looking" in plain(tried)
        looked = {**HTMX, "hx_target": "tried"}
        seen = await scene.chief.form(wish.path("camera/try"), {}, **looked)
        assert 'src="data:image/jpeg;base64,' in seen.text
        assert "640 × 360 h264" in plain(seen)
        process = scene.house.studio.processes[-1]
        assert isinstance(process, SeeingProcess)
        assert (process.job.password, process.ended) == (PASSWORD, True)
        assert process.job.evidence == "", "nothing is kept of a first look"
        named = {"zh": "摄像机", "en": "Camera", "id": "camera-7", "profile": "cameras/hikvision"}
        review = await scene.chief.form(
            "/add/review", {"link": wish.link, "new": wish.new, **named}, **EN
        )
        assert review.status == 200
        assert "password_file: secrets/video-1" in plain(review)
        [line] = await scene.house.audit.read(9, what="secret.written")
        assert (line.about, line.outcome) == ("secrets/video-1", "asked")
        for answer in (page, asked, tried, seen, review):
            assert PASSWORD not in answer.text + str(answer.headers)
        holding = await asyncio.to_thread(_holding, tmp_path)
        assert holding == ["site/secrets/video-1"]
        assert (await (await scene.browser("viewer")).get("/add/camera")).status == 403

    told(tmp_path, story)


def test_what_is_wrong_is_said_before_anything_is_written(tmp_path: Path) -> None:
    """A bad address, a name that is taken; a password that is there is replaced only on demand."""

    async def story(scene: Scene) -> None:
        async def send(**changed: str) -> Answer:
            return await scene.chief.form("/add/camera", {**FILLED, **changed}, **EN)

        bad = await send(url="rtsp://look:pw@192.0.2.7/x", password=PASSWORD)
        assert bad.status == 422
        taken = await send(id="camera", password=PASSWORD)
        assert (taken.status, "is there already" in plain(taken)) == (422, True)
        folder = scene.house.versions.folder
        assert not await asyncio.to_thread((folder / "secrets").exists)
        assert (await send(password=PASSWORD)).status == 303
        there = await send(password="another")  # noqa: S106 - of a test
        assert there.status == 422
        assert "There is a password in secrets/video-1 already" in plain(there)
        assert 'name="replace"' in there.text
        assert (await send(password="another", replace="on")).status == 303  # noqa: S106 - of a test
        kept = await asyncio.to_thread((folder / "secrets" / "video-1").read_text)
        assert kept == "another\n"
        assert (await send(kept="yes")).status == 303, "one that is kept need not be typed again"
        gone = await scene.chief.form(wish_in(await send()).path("camera/try"), {}, **EN)
        assert "data:image" in gone.text
        scene.house.studio.fault = "login refused: wrong user name or password (401)"
        gone = await scene.chief.form(wish_in(await send()).path("camera/try"), {}, **EN)
        assert "the camera refuses the login" in plain(gone)
        follow = await scene.chief.form(
            "/add/camera", {**FILLED, "do": "", "make": "dahua"}, **{**HTMX, "hx_target": "address"}
        )
        assert "/cam/realmonitor" in follow.text
        assert "<html" not in follow.text
        led = await scene.chief.get("/add/link?kind=mjpeg", **EN)
        assert re.search(r"/add/camera\?.*way=mjpeg", led.headers["location"])

    told(tmp_path, story)


def test_a_camera_is_asked_for_its_own_addresses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The smallest stream is chosen; the password is kept on the way, and need not come again."""
    asked: list[Web] = []

    async def streams(web: Web, now: object) -> tuple[Stream, ...]:
        del now
        asked.append(web)
        if web.login is None:
            raise LinkDown("the camera's answer: NotAuthorized")
        return tuple(
            Stream(name=name, url=f"rtsp://192.0.2.7/{name}", encoding="H264", width=w, height=h)
            for name, w, h in (("main", 1920, 1080), ("sub", 640, 360))
        )

    monkeypatch.setattr(add_camera_pages, "streams", streams)

    async def story(scene: Scene) -> None:
        asking = {**FILLED, "make": "onvif", "url": "", "do": "ask"}
        refused = await scene.chief.form("/add/camera", asking, **EN)
        assert "the camera refuses the login" in plain(refused)
        told = await scene.chief.form("/add/camera", {**asking, "password": PASSWORD}, **EN)
        assert told.status == 200
        assert asked[-1].url == "http://192.0.2.7/onvif/device_service"
        [chosen] = re.findall(r'name="url" value="([^"]*)" checked', told.text)
        assert chosen == "rtsp://192.0.2.7/sub"
        assert 'name="kept" value="yes"' in told.text
        assert PASSWORD not in told.text
        on = {**asking, "do": "try", "kept": "yes", "url": chosen, "events": "on"}
        section = wish_in(await scene.chief.form("/add/camera", on, **EN)).section or {}
        assert section["events"]["type"] == "onvif"
        assert section["events"]["password_file"] == section["source"]["password_file"]

    told(tmp_path, story)


def _holding(folder: Path) -> list[str]:
    """The files in which the password stands."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return [
        path.relative_to(folder).as_posix()
        for path in files
        if PASSWORD.encode() in path.read_bytes()
    ]
