"""Zones drawn on a picture: what the form holds, and that nothing else of the file is another."""

from __future__ import annotations

import asyncio
import html
import re
from pathlib import Path

import pytest

from edge.api.ui.camera.drafts import drafts_of, part, percent, stepped, typed_drafts
from edge.api.ui.camera.watch_fields import fields_of, kinds_for
from edge.api.ui.camera.words import MEANINGS
from edge.api.ui.camera.zone_change import drawn, zone_change
from edge.versions import Files, Unfit
from edge.vision.names import WATCHES
from tests.fakes.browser import Answer
from tests.fakes.camera_house import CAMERA, Scene, told, with_camera
from tests.fakes.house import RIVERSIDE
from tests.fakes.page_story import EN, HTMX, plain

PAGE = f"/camera/{CAMERA}/zones"


def files() -> Files:
    """The site with its camera."""
    text = with_camera((RIVERSIDE / "site.yaml").read_text(encoding="utf-8"))
    return Files(site="site.yaml", contents={"site.yaml": text.encode()})


def form_in(page: Answer) -> dict[str, list[str]]:
    """What a browser would send of the form as it stands, in its order."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<(?:input|select|option)[^>]*>", page.text):
        name = re.search(r' name="([^"]*)"', tag)
        value = re.search(r' value="([^"]*)"', tag)
        if name is None or ('type="checkbox"' in tag and " checked" not in tag):
            continue
        if tag.startswith("<input") and re.match(r"base$|s\d+\.", name[1]):
            found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    return found


async def send(scene: Scene, form: dict[str, list[str]], do: str, **headers: str) -> Answer:
    """Send it by a button."""
    fields = [(key, each) for key, several in form.items() for each in several]
    return await scene.chief.form_of(PAGE, [*fields, ("do", do)], **headers)


def test_what_nobody_touches_stays_as_it_is() -> None:
    """Read and written back there is no change at all, whatever is odd about how it is written."""
    there = files()
    drafts = drawn(there, CAMERA)
    assert [(each.shape, each.id) for each in drafts] == [
        ("area", "lane"),
        ("line", "gate"),
        ("mask", ""),
    ]
    assert drafts[0].corners[3] == ("12.5", "95")
    assert zone_change(there, CAMERA, drafts).on(there) == there


def test_only_the_corner_that_was_moved_is_written_anew() -> None:
    """Comments stay, and so does every other line of the file."""
    there = files()
    drafts = drawn(there, CAMERA)
    form = {
        "s0.shape": ["area"],
        "s0.orig": ["lane"],
        "s0.id": ["lane"],
        "s0.zh": ["消防通道"],
        "s0.en": ["Fire lane"],
        "s0.x": ["10", "90", "88.5", "12.5"],
        "s0.y": ["60", "60", "95", "95"],
        "s0.w0.what": ["lane_occupied"],
        "s0.w0.after": ["60s"],
    }
    [moved] = typed_drafts(form)
    text = zone_change(there, CAMERA, (moved, *drafts[1:])).on(there).text()
    before, after = there.text().splitlines(), text.splitlines()
    changed = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    assert [other.strip() for _, other in changed] == [
        "area: [[0.1, 0.6], [0.9, 0.6], [0.885, 0.95], [0.125, 0.95]]"
    ]


def test_zones_come_and_go() -> None:
    """A new one beside the others, with its watch; the last mask gone takes its key with it."""
    there = files()
    drafts = stepped(drawn(there, CAMERA), "drop.2", {})
    drafts = stepped(drafts, "add.area", {})
    drafts = stepped(drafts, "watch.2", {"s2.add": ["loitering"]})
    drafts = stepped(drafts, "corner.2", {})
    drafts = stepped(drafts, "drop.0", {})
    text = zone_change(there, CAMERA, drafts).on(there).text()
    own = text.partition("- id: camera-1")[2].partition("- id: ")[0]
    assert "private:" not in own
    assert "lane:" not in own
    assert "zone-1:" in text
    assert "{what: intrusion}" in text
    assert "{what: loitering}" in text
    again = drawn(there.put("site.yaml", text), CAMERA)
    assert [each.id for each in again] == ["gate", "zone-1"]
    assert len(again[1].corners) == 5


def test_two_zones_of_one_name_are_refused() -> None:
    """A mapping would swallow one of them."""
    there = files()
    drafts = drawn(there, CAMERA)
    with pytest.raises(Unfit, match="lane"):
        zone_change(there, CAMERA, (*drafts, drafts[0]))


def test_nonsense_in_a_form_is_nothing() -> None:
    """Buttons for what is not there, corners without a partner, shapes that nobody knows."""
    drafts = drawn(files(), CAMERA)
    for do in ("drop.99", "add.circle", "uncorner.0", "uncorner.0.99", "watch.0", "", "drop.-1"):
        assert stepped(drafts, do, {}) == drafts, do
    assert typed_drafts({"s0.shape": ["circle"], "s1.shape": ["line"], "s1.x": ["1", "2"]}) != ()
    assert drafts_of("x", [1, [[1]], None])[0].corners == ()
    assert len(stepped(drafts, "uncorner.2.0", {})[2].corners) == 3, "an area has three at least"


@pytest.mark.parametrize("value", [0.0, 1.0, 0.5, 0.333, 0.12345, 0.1, 0.07])
def test_a_place_survives_percent_and_back(value: float) -> None:
    """To five decimals, which is less than a pixel."""
    assert part(percent(value)) == value


def test_every_kind_of_watch_has_its_form_and_words() -> None:
    """Whoever adds one to the site file adds how it is filled in here."""
    assert all(fields_of(what) for what in WATCHES)
    assert set(MEANINGS) == set(WATCHES)
    assert set(kinds_for("area")) | set(kinds_for("line")) == set(WATCHES)
    labels = {field.name: field.label for what in WATCHES for field in fields_of(what)}
    assert all(label.zh != name for name, label in labels.items())


def test_zones_are_drawn_step_by_step_and_reviewed(tmp_path: Path) -> None:
    """Without any script: add an area, fill it in wrongly, correct it, see the difference."""

    async def story(scene: Scene) -> None:
        page = await scene.chief.get(PAGE, **EN)
        form = form_in(page)
        assert form["s0.id"] == ["lane"]
        added = await send(scene, form, "add.area", **{**HTMX, "hx_target": "zones"})
        assert added.status == 200
        assert "<html" not in added.text
        form = form_in(added)
        assert (form["s3.id"], len(form["s3.x"])) == (["zone-1"], 4)
        form["s3.x"][0], form["s3.w0.after"] = "130", ["soon"]
        wrong = await send(scene, form, "review", **EN)
        assert wrong.status == 422
        assert plain(wrong).count("soon") or "after" in wrong.text
        assert form_in(wrong)["s3.x"][0] == "130", "what was typed is there still"
        form["s3.x"][0], form["s3.w0.after"] = "31.5", ["3s"]
        review = await send(scene, form, "review", **EN)
        assert review.status == 200
        words = plain(review)
        assert "zone-1" in words
        assert "0.315" in words
        change = html.unescape(re.findall(r'name="change" value="([^"]*)"', review.text)[0])
        back = await scene.chief.form(PAGE, {"change": change}, **EN)
        assert form_in(back)["s2.x"][0] == "31.5", "zones come before what is blacked out"
        base = re.findall(r'name="base" value="([^"]*)"', review.text)[0]
        applied = {"change": change, "base": base, "note": "", "watch": "links"}
        assert (await scene.chief.form("/configuration/apply", applied)).status == 303
        now = await asyncio.to_thread(scene.house.versions.read)
        assert "zone-1" in now.text()
        assert (await (await scene.browser("viewer")).get(PAGE)).status == 403
        assert (await scene.chief.get("/camera/gate-1/zones")).status == 404

    told(tmp_path, story)
