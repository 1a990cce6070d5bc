"""Adding a device step by step, in both languages, from how it is connected to where it runs."""

from __future__ import annotations

import asyncio
import html
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from edge.api.ui.add.naming import free_id, suggested
from edge.api.ui.add.wish import Wish, packed
from edge.model import Text
from edge.schema.pieces import Kind
from edge.site import Building
from tests.fakes.browser import Answer, Browser
from tests.fakes.page_story import EN, HTMX, ZH, Scene, plain, told


def value_of(page: Answer, name: str) -> str:
    """What the first field of this name holds."""
    found = re.search(rf'<input [^>]*name="{re.escape(name)}"[^>]* value="([^"]*)"', page.text)
    assert found is not None, name
    return html.unescape(found[1])


LIFT = Wish(link="lifts-b1", profile="lifts/ba_box", address='{"unit":9}')


def test_a_name_follows_the_place() -> None:
    """With a number where somebody has it; the id is the lowest that is free."""
    block = Building(
        id="b1", name=Text("1号楼", "Building 1"), units={"u2": Text("2单元", "Unit 2")}
    )
    assert suggested("lift", block, "u2", set()).zh == "1号楼2单元电梯"
    assert suggested("lift", block, "u2", set()).en == "Lift of Building 1, Unit 2"
    assert suggested("gate", None, "", {"门禁"}) == Text("门禁2", "Gate, no. 2")
    assert free_id("lift", {"lift-1", "lift-3"}) == "lift-2"
    assert {free_id(kind, ()) for kind in Kind.__args__}  # type: ignore[attr-defined]


def test_what_is_chosen_survives_in_the_address() -> None:
    """Nothing is kept anywhere else; nonsense in it is nothing."""
    wish = LIFT.but(zh="电梯 & 更多", new=packed({"id": "x", "driver": "modbus"}))
    assert "zh=" in wish.path("name")
    assert wish.place == {"unit": 9}
    assert (wish.section or {})["id"] == "x"
    for nonsense in ("{", "[1]", "null", '"x"'):
        assert Wish(address=nonsense).place == {}
    assert Wish(address='{"unit": 999}').modbus_unit == 1


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (ZH, ("在已有的链路上", "拨入的 4G 盒（DTU）", "按地址接入摄像机")),
        (EN, ("On a link that is there", "A 4G box that dials in", "Add a camera by its address")),
    ],
)
def test_the_first_step_shows_every_way(
    tmp_path: Path, language: dict[str, str], said: tuple[str, ...]
) -> None:
    """Links with how they stand, new ones, and honestly what cannot be added."""

    async def story(scene: Scene) -> None:
        page = await scene.chief.get("/add", **language)
        words = plain(page)
        assert all(each in words for each in said)
        assert "lifts-b1" in words

    told(tmp_path, story)


def test_who_has_spoken_is_added_with_one_tap(tmp_path: Path) -> None:
    """With the profile that suits what was said; where several do, it says so."""

    async def story(scene: Scene) -> None:
        heard = scene.house.keepers["sensors"].trace.strangers.heard
        body = json.dumps({"fill": 40, "battery": 80, "tamper": False}).encode()
        topic = "sensors/bin-9/state"
        heard(
            "bin-9",
            Text("满 40", "fill=40"),
            address={"device_id": "bin-9"},
            topic=topic,
            sample=body,
        )
        heard("x-1", Text("x", "x"), topic="other/topic", sample=b"{}")
        words = plain(await scene.chief.get("/add", **EN))
        assert "fill=40" in words
        assert "Add as Waste bin" in words
        assert "No profile fits what it says: choose one." in words
        page = await scene.chief.get("/add", **EN)
        tap = next(
            each for each in re.findall(r'href="(/add/name[^"]*)"', page.text) if "bin-9" in each
        )
        named = await scene.chief.get(tap.replace("&amp;", "&"), **EN)
        assert value_of(named, "id") == "bin-2"
        assert value_of(named, "profile") == "sensors/bin"

    told(tmp_path, story)


def test_a_box_that_calls_is_taken_over(tmp_path: Path) -> None:
    """What it said becomes the registration of its link; of a new one, before it is written."""

    async def story(scene: Scene) -> None:
        new = {"id": "box-1", "driver": "modbus", "transport": {"type": "dial_in", "listen": 15020}}
        page = await scene.chief.get(Wish(link="box-1", new=packed(new)).path("find"), **EN)
        assert "a new link, not on the site yet" in plain(page)
        scene.house.keepers["lifts-b1"].trace.strangers.heard(
            "IMEI9", Text("自报 IMEI9", "said IMEI9"), address={"registration": "IMEI9"}
        )
        page = await scene.chief.get("/add", **EN)
        assert "A box has called that the link does not expect" in plain(page)
        change = json.loads(value_of(page, "change"))
        assert "registration: IMEI9" in change["edits"][0]["text"]

    told(tmp_path, story)


@pytest.mark.parametrize(
    ("language", "said"),
    [(ZH, ("最多占用总线 30 %", "A 接 A，B 接 B")), (EN, ("at most 30 %", "A to A, B to B"))],
)
def test_each_step_says_what_it_needs(
    tmp_path: Path, language: dict[str, str], said: tuple[str, ...]
) -> None:
    """What a scan costs the line, and what to look at when nothing is found."""

    async def story(scene: Scene) -> None:
        words = plain(await scene.chief.get("/add/find?link=lifts-b1", **language))
        assert all(each in words for each in said)
        fire = plain(await scene.chief.get("/add/find?link=fire", **language))
        assert "15026" in fire

    told(tmp_path, story)


def test_an_address_that_is_known_leads_to_the_profiles(tmp_path: Path) -> None:
    """For a device that is switched off: those of its driver only."""

    async def story(scene: Scene) -> None:
        go = await scene.chief.get("/add/read?link=lifts-b1&modbus=9", **EN)
        assert go.status == 303
        words = plain(await scene.chief.get(go.headers["location"], **EN))
        assert "lifts/ba_box" in words
        assert "panels/gb26875" not in words
        sensor = await scene.chief.get("/add/read?link=sensors&device_id=bin-9", **EN)
        assert "sensors/bin" in plain(await scene.chief.get(sensor.headers["location"], **EN))

    told(tmp_path, story)


async def named(browser: Browser, wish: Wish, **typed: str) -> dict[str, str]:
    """The form of the name's step, filled in."""
    page = await browser.get(wish.path("name"), **EN)
    fields = ("link", "new", "profile", "address", "before_zh", "before_en", "zh", "en", "id")
    return {name: value_of(page, name) for name in fields} | {"building": "", "unit": ""} | typed


def test_a_name_that_nobody_has_typed_follows_the_place(tmp_path: Path) -> None:
    """What somebody has typed stays as it is; so does the rest of the form."""

    async def story(scene: Scene) -> None:
        form = await named(scene.chief, LIFT, building="b1", unit="u2", room="101")
        asked = {"hx_target": "named", **HTMX}
        piece = await scene.chief.form(LIFT.path("name"), form, **asked)
        assert "<html" not in piece.text
        assert 'value="1号楼2单元电梯2"' in piece.text  # lift-2 has the name already
        assert 'value="101"' in piece.text
        mine = await scene.chief.form(LIFT.path("name"), form | {"zh": "货梯"}, **asked)
        assert 'value="货梯"' in mine.text
        assert 'value="Lift of Building 1, Unit 2, no. 2"' in mine.text

    told(tmp_path, story)


@pytest.mark.parametrize(
    ("language", "said"),
    [(ZH, "行的设备地址相同"), (EN, "has this address on the link already")],
)
def test_what_cannot_be_is_told_before_it_is_looked_at(
    tmp_path: Path, language: dict[str, str], said: str
) -> None:
    """An address that is taken, a unit that is none; what was typed is there again."""

    async def story(scene: Scene) -> None:
        taken = LIFT.but(address='{"unit":2}')
        form = await named(scene.chief, taken, zh="我的", building="b1", unit="u9")
        page = await scene.chief.form("/add/review", form, **language)
        assert page.status == 422
        assert said in plain(page)
        assert "location.unit" in plain(page)
        assert value_of(page, "zh") == "我的"

    told(tmp_path, story)


def test_a_device_is_added_and_runs(tmp_path: Path) -> None:
    """What differs, what is opened anew, the trial with its values, the way to its page."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser()
        form = await named(browser, LIFT, building="b1", unit="u2", text="屋顶机房")
        page = await browser.form("/add/review", form, **EN)
        words = plain(page)
        assert "New: device lift-7" in words
        assert "Opened anew: link lifts-b1" in words
        assert "location: {building: b1, unit: u2, text: 屋顶机房}" in words
        fields = {name: value_of(page, name) for name in ("change", "base", "note")}
        assert fields["note"] == "added lift-7"
        back = await browser.form(
            LIFT.path("name", id="lift-7", zh="名"), {"change": fields["change"]}, **EN
        )
        assert value_of(back, "zh") == "名"
        done = await browser.form("/configuration/apply", fields, **EN)
        where = done.headers["location"]
        assert "device=lift-7" in where
        await asyncio.sleep(10)
        words = plain(await browser.get(where, **EN))
        assert "Applied." in words
        assert "To Lift" in words
        assert await scene.noted("configuration.applied") == [("technician0", "lift-7")]

    told(tmp_path, story)


def test_a_device_on_a_new_link_brings_the_link_along(tmp_path: Path) -> None:
    """Both in one change; taken back, the way leads to the link as well."""

    async def story(scene: Scene) -> None:
        new = {"id": "bus-9", "driver": "modbus", "transport": {"type": "tcp", "host": "10.0.0.9"}}
        wish = LIFT.but(link="bus-9", new=packed(new))
        form = await named(scene.chief, wish)
        words = plain(await scene.chief.form("/add/review", form, **EN))
        assert "Opened: link bus-9" in words
        assert "transport: {type: tcp, host: 10.0.0.9}" in words
        back = quote(wish.path("name"))
        trial = await scene.chief.get(f"/configuration/trial?version=1&back={back}", **EN)
        assert trial.status == 200

    told(tmp_path, story)
