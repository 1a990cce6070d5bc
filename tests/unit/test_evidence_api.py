"""Evidence at the API and on the pages: who sees what, that it is noted, and how it is sent."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from edge.model import EvidenceKept
from edge.vision.words import Kept
from tests.fakes import evidence as pictures
from tests.fakes.troubled_house import EN, ZH, Scene, plain, told

KEY = "lift-3/entrapment"


async def keep(scene: Scene, name: str, camera: str, alarm: str = "", kind: str = "still") -> Kept:
    """Let a camera have kept something just now."""
    store = scene.house.evidence
    seconds = (scene.house.clock() - pictures.at(0)).total_seconds()
    kept = pictures.left(store.folder, name, seconds, kind=kind)
    await store.add(kept, camera, alarm)
    return kept


def test_what_was_kept_is_listed_page_by_page(tmp_path: Path) -> None:
    """By alarm, camera and time, the latest first, without the pictures themselves."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser("viewer")
        for n in range(5):
            await keep(scene, f"p{n}", f"gate-{n % 2 * 2 + 1}", f"a/{n % 2}")
            await asyncio.sleep(5)
        first = (await browser.get("/api/v1/evidence?limit=2")).json
        second = (await browser.get(f"/api/v1/evidence?limit=9&cursor={first['next']}")).json
        every = first["items"] + second["items"]
        assert [each["camera"] for each in every] == [
            f"gate-{n % 2 * 2 + 1}" for n in (4, 3, 2, 1, 0)
        ]
        assert second["next"] is None
        one = every[0]
        assert (await browser.get(f"/api/v1/evidence/{one['id']}")).json == one
        assert one["name"]["zh"]
        assert one["blurred"] == "faces"
        assert one["content"].endswith(f"{one['id']}/content")
        of_alarm = (await browser.get("/api/v1/evidence?alarm=a/1")).json["items"]
        assert of_alarm == [each for each in every if each["alarms"] == ["a/1"]]
        of_camera = (await browser.get("/api/v1/evidence?camera=gate-3")).json["items"]
        assert of_camera == of_alarm
        since = every[1]["began"].replace("+", "%2B")
        late = (await browser.get(f"/api/v1/evidence?since={since}")).json["items"]
        assert late == every[:2]
        assert (await browser.get("/api/v1/evidence/" + "0" * 64)).status == 404
        assert (await browser.get("/api/v1/evidence/..%2Fevidence.db")).status in {404, 422}

    told(tmp_path, story)


def test_a_picture_is_seen_by_those_who_may_and_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No viewer, no auditor; a player that asks in parts is noted once, and again later."""

    async def story(scene: Scene) -> None:
        monkeypatch.setattr("edge.api.evidence_routes.ONE_VIEWING", timedelta(days=1))
        kept = await keep(scene, "film", "gate-3", KEY, kind="clip")
        path = f"/api/v1/evidence/{kept.sha256}/content"
        for role in ("viewer", "auditor"):
            assert (await (await scene.browser(role)).get(path)).status == 403
        assert await scene.house.audit.read(9, what="evidence.viewed") == []
        technician = await scene.browser("technician")
        whole = await technician.get(path)
        assert (whole.status, len(whole.body)) == (200, kept.size)
        assert whole.headers["content-type"] == "video/mp4"
        assert whole.headers["cache-control"] == "private, no-store"
        assert "sandbox" in whole.headers["content-security-policy"]
        assert whole.headers["content-disposition"].startswith("inline")
        part = await technician.get(path, range="bytes=2-5")
        assert (part.status, part.body) == (206, whole.body[2:6])
        assert part.headers["content-range"] == f"bytes 2-5/{kept.size}"
        assert (await technician.get(path, range="bytes=9999999-")).status == 416
        [line] = await scene.house.audit.read(9, what="evidence.viewed")
        assert (line.who, line.about) == ("technician0", kept.sha256)
        assert line.detail["camera"] == "gate-3"
        monkeypatch.setattr("edge.api.evidence_routes.ONE_VIEWING", timedelta(0))
        await technician.get(path)
        assert len(await scene.house.audit.read(9, what="evidence.viewed")) == 2

    told(tmp_path, story)


def test_nothing_is_shown_that_cannot_be_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that takes no audit entry shows no picture."""

    async def story(scene: Scene) -> None:
        kept = await keep(scene, "p", "gate-3")
        browser = await scene.browser("admin")

        async def full(*_: object, **__: object) -> None:
            raise OSError("full")

        monkeypatch.setattr(scene.house.audit, "note", full)
        answer = await browser.get(f"/api/v1/evidence/{kept.sha256}/content")
        assert answer.status == 503
        assert b"p..." not in answer.body

    told(tmp_path, story)


def test_an_account_for_a_building_sees_the_cameras_there(tmp_path: Path) -> None:
    """Another building's are not there for it, nor those of cameras that nobody knows any more."""

    async def story(scene: Scene) -> None:
        here = await keep(scene, "here", "gate-1")
        there = await keep(scene, "there", "gate-3")
        gone = await keep(scene, "gone", "camera-that-was")
        browser = await scene.browser("technician", "b1")
        found = (await browser.get("/api/v1/evidence")).json["items"]
        assert [each["id"] for each in found] == [here.sha256]
        for each in (there, gone):
            for path in ("", "/content"):
                answer = await browser.get(f"/api/v1/evidence/{each.sha256}{path}")
                assert answer.status == 404
        assert (await browser.get(f"/api/v1/evidence/{here.sha256}/content")).status == 200

    told(tmp_path, story)


def test_a_picture_that_has_gone_meanwhile_is_a_404(tmp_path: Path) -> None:
    """Forgotten between the look into the index and the first byte: no fault of the gateway."""

    async def story(scene: Scene) -> None:
        kept = await keep(scene, "p", "gate-3")
        (scene.house.evidence.folder / kept.file).unlink()
        answer = await (await scene.browser()).get(f"/api/v1/evidence/{kept.sha256}/content")
        assert answer.status == 404

    told(tmp_path, story)


def test_an_alarm_shows_its_pictures(tmp_path: Path) -> None:
    """The still and the clip, which camera, when, what was hidden; loaded when they are looked at.

    Of an occurrence long ago none; while some may still come the page asks again; whoever may not
    see them is told that there are some.
    """

    async def story(scene: Scene) -> None:
        browser, number = await scene.browser("technician"), scene.alarm(KEY)
        waiting = await browser.get(f"/alarms/{number}", **EN)
        assert "Pictures may still come" in plain(waiting)
        still = await keep(scene, "s", "gate-3", KEY)
        clip = await keep(scene, "c", "gate-3", KEY, kind="clip")
        page = (await browser.get(f"/alarms/{number}", **EN)).text
        assert f'<img src="/api/v1/evidence/{still.sha256}/content" loading="lazy"' in page
        assert f'<video src="/api/v1/evidence/{clip.sha256}/content" controls' in page
        assert page.count("faces hidden") == 2
        assert "Pictures may still come" not in page
        assert "人脸已抹去" in (await browser.get(f"/alarms/{number}", **ZH)).text
        piece = await browser.get(
            f"/alarms/{number}", hx_request="true", hx_target="pictures", **EN
        )
        assert still.sha256 in piece.text
        assert "<html" not in piece.text
        other = await browser.get(f"/alarms/{scene.alarm('bin-1/full')}", **EN)
        assert "evidence" not in other.text
        viewer = await scene.browser("viewer")
        told = await viewer.get(f"/alarms/{number}", **EN)
        assert "2 pictures were kept. Your account may not see them." in plain(told)
        assert still.sha256 not in told.text

    told(tmp_path, story)


def test_an_event_that_tells_of_a_picture_shows_it(tmp_path: Path) -> None:
    """As long as it is kept; afterwards the event alone."""

    async def story(scene: Scene) -> None:
        house = scene.house
        kept = await keep(scene, "s", "gate-3", KEY)
        await house.house.tell(
            EvidenceKept(
                device="gate-3",
                alarm=KEY,
                what="still",
                media_type=kept.media_type,
                sha256=kept.sha256,
                size=kept.size,
                blurred="faces",
                began=kept.began,
                ended=kept.ended,
                at=house.clock(),
            )
        )
        browser = await scene.browser()
        [event] = (await browser.get("/api/v1/events?kind=evidence.kept")).json["items"]
        number = event["number"]
        page = await browser.get(f"/events/{number}", **EN)
        assert f'<img src="/api/v1/evidence/{kept.sha256}/content"' in page.text
        house.evidence.serve(house.configuration.vision.evidence.keep, 0, ())

        async def nobody(_: object) -> None:
            return None

        tidying = house.start(house.evidence.run(nobody), "tidying")
        await asyncio.sleep(1)
        tidying.cancel()
        page = await browser.get(f"/events/{number}", **EN)
        assert page.status == 200
        assert "<img" not in page.text

    told(tmp_path, story)
