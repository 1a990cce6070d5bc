"""The items of the site file: one form and one text of the same thing."""

from __future__ import annotations

import asyncio
import html
import re
from pathlib import Path

import pytest

from tests.fakes.browser import Answer
from tests.fakes.page_story import EN, ZH, Scene, plain, told, value_of

GATE = "/configuration/item?section=devices&key=gate-1"


def answers(page: Answer) -> dict[str, str]:
    """Everything that the form holds, as a browser would send it."""
    said = {
        html.unescape(name): html.unescape(value)
        for name, value in re.findall(
            r'<input [^>]*name="([^"]+)" type="[a-z]+" value="([^"]*)"', page.text
        )
    }
    for name, inner in re.findall(
        r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', page.text, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        said[name] = html.unescape(chosen[1]) if chosen else ""
    return said | {"base": value_of(page, "base")}


async def reviewed(scene: Scene, page: Answer) -> str:
    """The site file as it would be with a change that is looked at."""
    fields = {name: value_of(page, name) for name in ("change", "base")}
    done = await scene.chief.form("/configuration/apply", {**fields, "watch": "pipeline"}, **EN)
    assert done.status == 303
    for _ in range(20):
        await asyncio.sleep(1)
    return (await asyncio.to_thread(scene.house.versions.read)).text()


@pytest.mark.parametrize(("language", "said"), [(ZH, "设备编号"), (EN, "Device id")])
def test_an_item_is_a_form_in_both_languages(
    tmp_path: Path, language: dict[str, str], said: str
) -> None:
    """What can be chosen is chosen from a list; what is there stands in its field."""

    async def story(scene: Scene) -> None:
        page = await scene.chief.get(GATE, **language)
        assert said in plain(page)
        held = answers(page)
        assert (held["link"], held["address.device_id"]) == ("gates", "1001")
        assert (held["location.building"], held["location.unit"]) == ("b1", "u1")

    told(tmp_path, story)


def test_a_form_changes_what_was_changed_and_nothing_else(tmp_path: Path) -> None:
    """Every other byte of the file, comments too, is as it was."""

    async def story(scene: Scene) -> None:
        before = (await asyncio.to_thread(scene.house.versions.read)).text()
        held = answers(await scene.chief.get(GATE, **EN))
        page = await scene.chief.form(GATE, held | {"name.en": "North gate", "do": "review"}, **EN)
        assert "+1 −1" in plain(page)
        after = await reviewed(scene, page)
        assert after == before.replace("en: Gate of building 1}", "en: North gate}")

    told(tmp_path, story)


def test_another_choice_asks_for_other_fields(tmp_path: Path) -> None:
    """A device on another link has another address; what was filled in stays."""

    async def story(scene: Scene) -> None:
        held = answers(await scene.chief.get(GATE, **EN))
        asked = {"hx_request": "true", "hx_target": "item-parts", **EN}
        piece = await scene.chief.form(
            GATE, held | {"link": "lifts-b1", "name.en": "Mine"}, **asked
        )
        assert "<html" not in piece.text
        assert "Modbus unit" in plain(piece)
        assert 'value="Mine"' in piece.text

    told(tmp_path, story)


@pytest.mark.parametrize(("language", "what"), [(ZH, "没有楼 b9"), (EN, "b9")])
def test_a_mistake_stands_at_its_field(tmp_path: Path, language: dict[str, str], what: str) -> None:
    """Beside the field that it is about, with all that was filled in."""

    async def story(scene: Scene) -> None:
        held = answers(await scene.chief.get(GATE, **EN))
        wrong = held | {"location.building": "b9", "name.en": "Kept", "do": "check"}
        page = await scene.chief.form(GATE, wrong, **language)
        assert page.status == 422
        field = page.text[page.text.index('id="location.building"') :]
        assert what.rsplit(maxsplit=1)[-1] in field[: field.index('name="location.unit"')]
        assert "Kept" in page.text

    told(tmp_path, story)


def test_a_text_with_a_mistake_is_marked_where_it_was_typed(tmp_path: Path) -> None:
    """Lines count from the item's own first one, in the file they are far below."""

    async def story(scene: Scene) -> None:
        path = f"{GATE}&how=text"
        page = await scene.chief.get(path, **EN)
        base = value_of(page, "base")
        text = (
            "id: gate-1\nlink: gates\nprofile: gates/mqtt_face\n# here\nnam: {zh: 门, en: Gate}\n"
        )
        wrong = await scene.chief.form(path, {"text": text, "base": base, "do": "review"}, **EN)
        assert wrong.status == 422
        assert 'data-line="5"' in wrong.text
        assert "did you mean name?" in plain(wrong)
        broken = await scene.chief.form(path, {"text": "id: [", "base": base, "do": "check"}, **EN)
        assert "a bracket is opened and never closed" in plain(broken)
        assert ">\nid: [</textarea>" in broken.text

    told(tmp_path, story)


def test_what_was_looked_at_can_be_corrected(tmp_path: Path) -> None:
    """Back from the look at it, and back from a trial that failed: as it was typed."""

    async def story(scene: Scene) -> None:
        held = answers(await scene.chief.get(GATE, **EN))
        page = await scene.chief.form(GATE, held | {"name.en": "Mine", "do": "review"}, **EN)
        back = await scene.chief.form(GATE, {"change": value_of(page, "change")}, **EN)
        assert answers(back)["name.en"] == "Mine"
        await reviewed(scene, page)
        number = scene.house.house.applying.trial.version
        before = await asyncio.to_thread(scene.house.versions.files, 1)
        await scene.chief.form(
            "/configuration/versions/1/restore",
            {"base": (await asyncio.to_thread(scene.house.versions.read)).etag},
            **EN,
        )
        await asyncio.sleep(20)
        assert (await asyncio.to_thread(scene.house.versions.read)).etag == before.etag
        again = await scene.chief.get(f"{GATE}&from={number}", **EN)
        assert answers(again)["name.en"] == "Mine"

    told(tmp_path, story)


def test_a_section_that_is_one_thing_is_a_form_too(tmp_path: Path) -> None:
    """The page's own section, and one that is not written at all."""

    async def story(scene: Scene) -> None:
        path = "/configuration/item?section=site"
        held = answers(await scene.chief.get(path, **EN))
        assert held["id"] == "riverside"
        page = await scene.chief.form(path, held | {"reporter": "总值班室", "do": "review"}, **EN)
        assert "总值班室" in plain(page)
        assert (await scene.chief.get("/configuration/item?section=commands", **EN)).status == 200

    told(tmp_path, story)


def test_what_has_a_name_gets_one(tmp_path: Path) -> None:
    """A new time of the day is written under the name that was typed."""

    async def story(scene: Scene) -> None:
        path = "/configuration/item?section=schedules&key=&how=text"
        base = value_of(await scene.chief.get(path, **EN), "base")
        fields = {"name": "office", "text": "{from: '08:30', to: '18:00'}", "base": base}
        page = await scene.chief.form(path, fields | {"do": "review"}, **EN)
        assert "office: {from: '08:30', to: '18:00'}" in plain(page)

    told(tmp_path, story)


def test_an_item_is_removed_after_a_look_at_it(tmp_path: Path) -> None:
    """What hangs on it is told before anything is applied."""

    async def story(scene: Scene) -> None:
        base = value_of(await scene.chief.get(GATE, **EN), "base")
        refused = await scene.chief.form(GATE, {"base": base, "do": "remove"}, **EN)
        assert refused.status == 422
        assert "gate-1" in plain(refused)  # rules name it
        bus = "/configuration/item?section=suppressions&key=monthly_fire_test"
        page = await scene.chief.form(bus, {"base": base, "do": "remove"}, **EN)
        assert "id: monthly_fire_test" in plain(page)
        assert "monthly_fire_test" not in await reviewed(scene, page)

    told(tmp_path, story)


def test_an_item_that_is_not_there_says_so(tmp_path: Path) -> None:
    """Somebody else has removed it, or an address was typed."""

    async def story(scene: Scene) -> None:
        for key in ("gate-99", "#99"):
            path = f"/configuration/item?section=devices&key={key}".replace("#", "%23")
            assert (await scene.chief.get(path, **EN)).status == 404

    told(tmp_path, story)
