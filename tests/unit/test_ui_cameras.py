"""A camera on its device's page, in the picture of the site, and the day that it has seen."""

from __future__ import annotations

import asyncio
from pathlib import Path

from edge.api.ui.camera.view import high_of
from edge.api.ui.now.camera import camera_watch
from edge.config import load
from edge.model import Quality, Reading, Value
from tests.fakes.camera_house import CAMERA, Scene, told, with_camera
from tests.fakes.evidence import at, left
from tests.fakes.house import RIVERSIDE
from tests.fakes.page_story import EN, HTMX, ZH, plain
from tests.fakes.time import EPOCH

PULL = "whistle models pull yolox_nano"
ADD = "whistle models add yolox_nano_416.onnx"
MISSING = f"yolox_nano: the model yolox_nano is not here: `{PULL}`; offline: bring it, then `{ADD}`"


def test_the_page_shows_picture_health_zones_and_what_is_missing(tmp_path: Path) -> None:
    """In both languages; of the model also how it is had, to the letter; no word of it untold."""

    async def story(scene: Scene) -> None:
        page = await scene.chief.get(f"/devices/{CAMERA}", **EN)
        assert f'data-camera="/api/v1/cameras/{CAMERA}/still"' in page.text
        assert 'points="100,337 900,337 900,534 125,534"' in page.text, "in the picture's shape"
        assert "<noscript>" in page.text
        assert "not read yet" not in plain(page).partition("Values")[0]
        await scene.state({"moved": "yes", "dark": "not_observable"}, missing=MISSING, shed=9)
        facts = await scene.chief.get(f"/camera/{CAMERA}", **HTMX)
        words = plain(facts)
        assert "Its picture is not right" in words
        assert "Moved yes" in words
        assert "Too dark cannot be judged here" in words
        assert "30 for objects, 9 of them left out" in words
        assert PULL in facts.text
        assert ADD in facts.text
        assert "Lane occupied: not known" in words, "without a model nobody knows"
        chinese = plain(await scene.chief.get(f"/devices/{CAMERA}", **ZH))
        assert "被移动 是" in chinese
        assert "缺少模型 yolox_nano" in chinese
        viewer = await scene.browser("viewer")
        seen = await viewer.get(f"/devices/{CAMERA}", **EN)
        assert "data-camera" not in seen.text
        assert "Your account may not see pictures" in seen.text
        led = await viewer.get(f"/camera/{CAMERA}", **EN)
        assert (led.status, led.headers["location"]) == (303, f"/devices/{CAMERA}")
        other = await scene.chief.get("/devices/gate-1", **EN)
        assert "camera.js" not in other.text

    told(tmp_path, story)


def test_a_watch_that_cannot_tell_says_why_at_its_zone(tmp_path: Path) -> None:
    """In both languages, with what to do; what was said of it before is not shown as if it held."""
    why = "cabin_object has not seen the cabin empty yet"

    async def story(scene: Scene) -> None:
        await scene.state()
        assert "Lane occupied: not known" in plain(
            await scene.chief.get(f"/camera/{CAMERA}", **HTMX)
        )
        for _ in range(70):
            await scene.state()
        assert "Lane occupied: no " in plain(await scene.chief.get(f"/camera/{CAMERA}", **HTMX))
        await scene.state(unable={"lane.lane_occupied": why})
        words = plain(await scene.chief.get(f"/camera/{CAMERA}", **HTMX))
        assert "Lane occupied: not known" in words
        assert "the cabin has not been seen empty yet" in words
        assert "wait until it is empty" in words
        assert "还没有看到过空轿厢" in plain(await scene.chief.get(f"/devices/{CAMERA}", **ZH))

    told(tmp_path, story)


def test_the_last_day_is_told_thing_by_thing(tmp_path: Path) -> None:
    """The steps of one thing are one line, with where it was; those of before are gone."""

    async def story(scene: Scene) -> None:
        await scene.saw("begin", 1, box=(0.1, 0.2, 0.3, 0.4))
        await asyncio.sleep(25 * 3600)
        await scene.saw("begin", 2, dwell_s=60.0)
        await scene.saw("update", 2, dwell_s=70.0)
        await scene.saw("end", 2, box=None, dwell_s=75.0)
        await scene.saw("begin", 3)
        seconds = (scene.house.clock() - EPOCH).total_seconds()
        await scene.kept(left(scene.house.evidence.folder, "now", seconds))
        await scene.kept(left(scene.house.evidence.folder, "old", seconds - 90_000))
        technician = await scene.browser("technician")
        day = await technician.get(f"/camera/{CAMERA}/day", **HTMX)
        assert day.text.count("<li ") == 2
        assert day.text.count('data-box="0.4 0.5 0.6 0.8"') == 2, "the end itself has no box"
        words = plain(day)
        assert words.index("goes on, 1 min 1 s so far") < words.index("for 1 min 15 s")
        assert "Lane occupied · Fire lane · car" in words
        assert "a model, sure to 91 %" in words
        assert day.text.count("<figure") == 1
        viewer = await (await scene.browser("viewer")).get(f"/camera/{CAMERA}/day", **HTMX)
        assert "<img" not in viewer.text

    told(tmp_path, story, films=False)


def test_a_camera_is_drawn_as_it_is(tmp_path: Path) -> None:
    """Silent, well, ill, overloaded, and where zones cannot be judged; with how old that is."""
    file = tmp_path / "site.yaml"
    text = with_camera((RIVERSIDE / "site.yaml").read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    for each in RIVERSIDE.glob("*.*"):
        if each.name != "site.yaml":
            (tmp_path / each.name).write_bytes(each.read_bytes())
    watch = camera_watch(load(file).site.devices[CAMERA])

    def look(**values: Value | None) -> tuple[str, str]:
        readings = {
            f"{CAMERA}/{name.replace('__', '.')}": Reading(
                point=f"{CAMERA}/{name}",
                value=value,
                at=at(5),
                quality=Quality.BAD if value is None else Quality.GOOD,
            )
            for name, value in values.items()
        }
        found = watch.say(readings)
        assert not values or found.at == at(5)
        return found.tone, found.words.en

    assert look() == ("off", "no reading yet")
    assert look(online=True, frozen=False, moved=False) == ("", "its picture is well")
    assert look(frozen=True, moved=True) == ("fault", "Picture frozen, Moved")
    assert look(frozen=False, shed_share=0.4)[0] == "fault"
    unseen = look(frozen=False, lane__lane_occupied=None)
    assert unseen == ("info", "some zones cannot be judged")
    assert look(frozen=False, lane__lane_occupied=True)[0] == ""
    assert f"{CAMERA}/lane.lane_occupied" in watch.points


def test_what_is_drawn_over_a_picture_has_its_shape() -> None:
    """Of a picture that has not come yet the usual one."""
    assert (high_of(640, 360), high_of(640, 480), high_of(0, 0)) == (562, 750, 562)
