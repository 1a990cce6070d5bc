"""Cameras at the API: how they are, and a picture of now that is shared, noted and kept nowhere."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from edge.access.audit import AuditLine
from edge.api.stills import FRESH_S, Stills
from edge.errors import CommandRejected
from edge.vision.words import Seen
from tests.fakes import time
from tests.fakes.camera_house import CAMERA, JPEG, Scene, SeeingProcess, told

STILL = f"/api/v1/cameras/{CAMERA}/still"


def test_a_camera_is_told_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    """Its state, its picture's ills, its zones, its detector, what its process costs and sheds."""

    async def story(scene: Scene) -> None:
        viewer = await scene.browser("viewer")
        [fresh] = (await viewer.get("/api/v1/cameras")).json
        assert (fresh["state"], fresh["session"]) == ("ok", None)
        await scene.state(shed=3)
        one = (await viewer.get(f"/api/v1/cameras/{CAMERA}")).json
        assert [one] == (await viewer.get("/api/v1/cameras")).json
        assert one["state"] == "ok"
        assert set(one["ills"].values()) == {"no"}
        assert one["detector"] == "yolox_nano"
        zones = {each["id"]: (each["shape"], each["watch"]) for each in one["zones"]}
        assert zones == {"lane": ("area", ["lane_occupied"]), "gate": ("line", ["line_crossing"])}
        assert one["private"] == [[[0.0, 0.0], [0.2, 0.0], [0.2, 0.2]]]
        session = one["session"]
        assert (session["width"], session["codec"], session["fps"]) == (640, "h264", 24.8)
        assert session["unable"] == {}
        assert (session["wanted"], session["shed"], session["memory_bytes"]) == (30, 3, 80_000_000)
        await scene.state({"covered": "yes"})
        assert (await viewer.get(f"/api/v1/cameras/{CAMERA}")).json["state"] == "ill"
        why = "lane_occupied cannot see the lane"
        await scene.state(unable={"lane.lane_occupied": why})
        able = (await viewer.get(f"/api/v1/cameras/{CAMERA}")).json
        assert (able["state"], able["session"]["unable"]) == ("ok", {"lane.lane_occupied": why})
        await scene.state(missing="yolox_nano: the model is not here: `whistle models pull x`")
        degraded = (await viewer.get(f"/api/v1/cameras/{CAMERA}")).json
        assert degraded["state"] == "degraded"
        assert "whistle models pull x" in degraded["session"]["missing"]
        assert (await viewer.get("/api/v1/cameras/gate-1")).status == 404
        assert (await viewer.get("/api/v1/cameras/nobody")).status == 404
        elsewhere = await scene.browser("viewer", "b2")
        assert (await elsewhere.get("/api/v1/cameras")).json == []
        assert (await elsewhere.get(f"/api/v1/cameras/{CAMERA}")).status == 404

    told(tmp_path, story)


def test_a_picture_of_now_is_kept_by_nobody_and_noted_once_an_hour(tmp_path: Path) -> None:
    """With when it was taken and what is followed; no viewer sees it, nor who is elsewhere."""

    async def story(scene: Scene) -> None:
        for browser in (await scene.browser("viewer"), await scene.browser("auditor")):
            assert (await browser.get(STILL)).status == 403
        assert (await (await scene.browser("technician", "b2")).get(STILL)).status == 404
        technician = await scene.browser("technician")
        answer = await technician.get(f"{STILL}?width=700")
        assert (answer.status, answer.body) == (200, JPEG)
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["cache-control"] == "private, no-store"
        assert answer.headers["x-picture-at"] == "2026-07-01T08:00:05+00:00"
        [box] = json.loads(answer.headers["x-picture-boxes"])
        assert box == {"label": "car", "box": [0.4, 0.5, 0.6, 0.8]}
        assert (await technician.get(f"{STILL}?width=99999")).status == 422
        for _ in range(20):
            await asyncio.sleep(2)
            assert (await technician.get(STILL)).status == 200
        assert [line.about for line in await _noted(scene)] == [CAMERA]
        await asyncio.sleep(3600)
        await technician.get(STILL)
        assert len(await _noted(scene)) == 2

    told(tmp_path, story)


def test_ten_people_cost_what_one_costs(tmp_path: Path) -> None:
    """Who asks within a second is shown the same picture; a second later there is another."""

    async def story(scene: Scene) -> None:
        process = scene.process
        assert isinstance(process, SeeingProcess)
        await asyncio.gather(*(scene.chief.get(f"{STILL}?width={900 + n}") for n in range(10)))
        assert process.looked == [960]
        await asyncio.sleep(FRESH_S + 0.1)
        await scene.chief.get(STILL)
        await scene.chief.get(f"{STILL}?width=300")
        assert process.looked == [960, 960, 320]

    told(tmp_path, story)


def test_a_camera_that_is_gone_says_why_there_is_no_picture(tmp_path: Path) -> None:
    """Status 503 with words, in the language that was asked for; nothing is noted."""

    async def story(scene: Scene) -> None:
        await scene.house.link("camera", up=False, reason="stalled: no picture for 3 s")
        answer = await scene.chief.get(STILL, accept_language="en")
        assert answer.status == 503
        assert answer.json["type"].endswith("camera-offline")
        assert "no picture for 3 s" in answer.json["detail"]
        camera = (await scene.chief.get(f"/api/v1/cameras/{CAMERA}")).json
        assert (camera["state"], camera["session"]) == ("offline", None)
        assert await _noted(scene) == []

    told(tmp_path, story, films=False)


def test_an_error_is_not_shared_for_longer_than_it_lasts() -> None:
    """Who asks after it was told asks the camera anew."""

    class Moody:
        asked = 0

        async def look(self, width: int) -> Seen:
            del width
            self.asked += 1
            if self.asked == 1:
                raise CommandRejected("no picture has come from the camera yet")
            return Seen(id="x", jpeg=JPEG, at=time.now())

    async def main() -> None:
        stills, camera = Stills(), Moody()
        with pytest.raises(CommandRejected, match="no picture"):
            await stills.of(camera, 320)
        assert (await stills.of(camera, 320)).jpeg == JPEG
        assert camera.asked == 2

    time.run(main())


async def _noted(scene: Scene) -> list[AuditLine]:
    return list(await scene.house.audit.read(99, what="camera.viewed"))
