"""The pages of alarms: lists, filters, one alarm's story, and what people do about it."""

from __future__ import annotations

import json
from pathlib import Path

from edge.api.ui.screen import VARIES
from tests.fakes.troubled_house import EN, ZH, Scene, plain, told


def test_a_list_is_filtered_and_sent_in_pieces(tmp_path: Path) -> None:
    """Asked for by htmx, the block that it wants to fill comes alone."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser()
        whole = await browser.get("/alarms?lane=life_safety", **EN)
        assert "Passengers trapped" in whole.text
        assert "Waste bin" not in whole.text
        piece = await browser.get("/alarms?lane=info", hx_request="true", hx_target="rows", **EN)
        assert "Waste bin is full" in piece.text
        assert "<html" not in piece.text
        assert "Passengers" not in piece.text
        none = await browser.get("/alarms?building=b1&state=aside", **EN)
        assert "No alarm" in plain(none)
        assert all(name in whole.headers["vary"] for name in VARIES["Vary"].split(", "))

    told(tmp_path, story)


def test_an_alarm_tells_its_story(tmp_path: Path) -> None:
    """The reading, the raise, the disk, who has seen it: in this order, with times and reasons."""

    async def story(scene: Scene) -> None:
        browser, number = await scene.browser("technician"), scene.alarm("lift-3/entrapment")
        fields = {"words": "called the firm", "from": "page"}
        done = await browser.form(f"/alarms/{number}/acknowledge", fields)
        assert (done.status, done.headers["location"]) == (303, f"/alarms/{number}")
        await browser.form(f"/alarms/{number}/comment", {"words": "they come at nine"})
        words = plain(await browser.get(f"/alarms/{number}", **EN))
        words = words[words.index("What happened") :]
        steps = ["raised, an issue for property office, community", "kept on the gateway's disk"]
        steps += ["acknowledged", "technician0", "called the firm", "they come at nine"]
        places = [words.index(step) for step in steps]
        assert places == sorted(places)
        assert "Passengers trapped: yes" in words
        assert "the lift says so itself" in words
        [line] = await scene.house.audit.read(1, what="alarm.acknowledged")
        assert (line.who, line.detail["comment"]) == ("technician0", "called the firm")

    told(tmp_path, story)


def test_a_button_in_a_list_says_that_it_was_done(tmp_path: Path) -> None:
    """It changes nothing on the page: the list is told of the change, as everybody's is."""

    async def story(scene: Scene) -> None:
        browser, number = await scene.browser(), scene.alarm("bin-1/full")
        done = await browser.post(f"/alarms/{number}/acknowledge", hx_request="true", **EN)
        assert done.status == 204
        events = json.loads(done.headers["hx-trigger"])
        assert events == {"said": "Acknowledged", "alarms-changed": ""}
        assert scene.house.pipeline.alarms.active["bin-1/full"].acknowledged_by == "admin0"

    told(tmp_path, story)


def test_what_is_refused_is_told_where_it_was_asked(tmp_path: Path) -> None:
    """A box for htmx, a page for a plain form, a document for a program; in its language."""

    async def story(scene: Scene) -> None:
        browser, number = await scene.browser(), scene.alarm("lift-3/entrapment")
        path, fields = f"/alarms/{number}/shelve", {"minutes": "30", "reason": "noise"}
        box = await browser.form(path, fields, hx_request="true", accept="text/html", **EN)
        assert (box.status, box.headers["x-problem"]) == (409, "1")
        assert box.text.lstrip().startswith('<div class="problem">')
        assert "life safety cannot be shelved" in plain(box)
        page = await browser.form(path, fields, accept="text/html", **ZH)
        assert page.status == 409
        assert "<html" in page.text
        assert "生命安全类报警不能搁置" in plain(page)
        assert (await browser.form(path, fields)).headers["content-type"].endswith("problem+json")

    told(tmp_path, story)


def test_who_may_only_look_changes_nothing(tmp_path: Path) -> None:
    """The server refuses what the page does not offer."""

    async def story(scene: Scene) -> None:
        browser, number = await scene.browser("viewer"), scene.alarm("bin-1/full")
        for act in ("acknowledge", "shelve", "reset", "unshelve", "comment"):
            fields = {"minutes": "5", "reason": "x", "words": "x"}
            assert (await browser.form(f"/alarms/{number}/{act}", fields)).status == 403, act
        assert not scene.house.pipeline.alarms.active["bin-1/full"].acknowledged

    told(tmp_path, story)


def test_shelving_ends_by_itself_and_by_hand(tmp_path: Path) -> None:
    """The reason and how long it lasts stand on the alarm's page; then it can be taken back."""

    async def story(scene: Scene) -> None:
        browser, number = await scene.browser(), scene.alarm("bin-1/full")
        await browser.form(f"/alarms/{number}/shelve", {"minutes": "30", "reason": "emptied soon"})
        words = plain(await browser.get(f"/alarms/{number}", **EN))
        assert "emptied soon" in words
        assert "29 min" in words or "30 min" in words
        assert 'data-opens="unshelve"' in (await browser.get(f"/alarms/{number}", **EN)).text
        await browser.form(f"/alarms/{number}/unshelve", {})
        assert scene.house.pipeline.alarms.active["bin-1/full"].suppressed == ()

    told(tmp_path, story)


def test_a_form_without_its_token_does_nothing(tmp_path: Path) -> None:
    """A page of somebody else cannot press our buttons."""

    async def story(scene: Scene) -> None:
        browser, number = await scene.browser(), scene.alarm("bin-1/full")
        forged = await browser.form(f"/alarms/{number}/acknowledge", {"csrf": "guessed"})
        assert forged.status == 403
        assert not scene.house.pipeline.alarms.active["bin-1/full"].acknowledged

    told(tmp_path, story)
