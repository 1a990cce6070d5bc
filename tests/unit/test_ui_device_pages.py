"""The pages of devices: found, looked into, why one is silent, what goes over its wire."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from edge.access.roles import Role
from edge.api.ui.device.rows import PAGE
from tests.fakes.page_story import EN, HTMX, ZH, Scene, plain, told

PATHS = (
    "/devices",
    "/devices/lift-1",
    "/devices/lift-1?point=speed&span=day",
    "/devices/lift-1/head",
    "/devices/lift-1/frames",
    "/devices/lift-1/actions",
    "/devices/lift-1/profile",
    "/devices/fire-3/components",
    "/devices/fire-3/actions",
    "/devices/breaker-1",
    "/devices/bin-1/profile",
)


@pytest.mark.parametrize("role", ["viewer", "technician", "admin", "auditor"])
def test_every_page_of_a_device_is_there_in_both_languages(role: Role, tmp_path: Path) -> None:
    """For every role; nothing in them is run or styled inline, nothing comes from elsewhere."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser(role)
        for path in PATHS:
            for language in (ZH, EN):
                page = await browser.get(path, **language)
                assert page.status == 200, (path, plain(page)[:300])
                inline = r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|hx-on"
                assert not re.search(inline, page.text), path
                assert not re.search(r"(src|href)=\"(https?:)?//", page.text), path
        acts = (await browser.get("/devices/gate-1/actions", **EN)).text
        assert ("/devices/gate-1/commands" in acts) == (role in {"technician", "admin"})

    told(tmp_path, story)


def test_a_device_is_found_by_words_kind_place_and_state(tmp_path: Path) -> None:
    """Every word has to fit; what has alarms, and what cannot be heard, can be picked out."""

    async def found(scene: Scene, query: str) -> list[str]:
        page = await scene.chief.get(f"/devices?{query}", **EN)
        return re.findall(r'class="device-link" href="/devices/([\w-]+)"', page.text)

    async def story(scene: Scene) -> None:
        await scene.gone("gate-1", "silent for 90 s")
        assert await found(scene, "q=TECHNO+lift") == ["lift-6"]
        assert await found(scene, "q=%E7%94%B5%E6%A2%AF+3%E5%8F%B7") == ["lift-5", "lift-6"]
        assert await found(scene, "kind=gate&building=b3") == ["gate-3", "gate-4"]
        assert await found(scene, "state=alarm") == ["fire-3"]
        assert await found(scene, "state=online") == ["lift-1"]
        assert "breaker-1" in await found(scene, "state=silent")
        assert await found(scene, "q=nothing+at+all") == []

    told(tmp_path, story)


def test_a_thousand_devices_come_in_pages(tmp_path: Path) -> None:
    """Each once, in the order of the site file, no page longer than two screens."""

    async def story(scene: Scene) -> None:
        running = scene.house.current
        assert running is not None
        lift = running.configuration.site.devices["lift-1"]
        many = {f"lift-{n}": replace(lift, id=f"lift-{n}") for n in range(1, 1001)}
        site = replace(running.configuration.site, devices=many)
        configuration = replace(running.configuration, site=site)
        scene.house.current = replace(running, configuration=configuration)
        seen: list[str] = []
        path = "/devices"
        while path:
            page = await scene.chief.get(path, **EN)
            rows = re.findall(r'class="device-link" href="/devices/([\w-]+)"', page.text)
            assert 0 < len(rows) <= PAGE
            seen += rows
            onward = re.findall(r'href="(/devices\?begin=(\d+)[^"]*)"', page.text)
            further = [link for link, begin in onward if int(begin) == len(seen)]
            path = further[0].replace("&amp;", "&") if further else ""
        assert seen == list(many)

    told(tmp_path, story)


def test_an_account_for_one_building_finds_no_device_of_another(tmp_path: Path) -> None:
    """Neither listed nor opened, on no page of it, and told nothing."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser("technician", "b1")
        assert "lift-3" not in (await browser.get("/devices", **EN)).text
        for path in ("", "/head", "/frames", "/actions", "/profile", "/components"):
            assert (await browser.get(f"/devices/lift-3{path}", **EN)).status == 404, path
        order = {"action": "open", "id": "page-00000000-0000-0000-0000-000000000000"}
        assert (await browser.form("/devices/gate-3/commands", order)).status == 404
        window = {"minutes": "30", "reason": "x"}
        assert (await browser.form("/devices/gate-3/maintenance", window)).status == 404
        assert not scene.house.way.told

    told(tmp_path, story)


def test_a_silent_device_says_why_in_its_own_words_and_ours(tmp_path: Path) -> None:
    """The reason that was kept when it went, what to look at, and how its link is."""

    async def story(scene: Scene) -> None:
        await scene.gone("gate-1", "silent for 90 s")
        words = plain(await scene.chief.get("/devices/gate-1", **EN))
        assert "Why is it silent?" in words
        assert "The link is up, the device is not: nothing came from it for 90 s" in words
        assert "check its power and network" in words
        chinese = plain(await scene.chief.get("/devices/breaker-1", **ZH))
        assert "链路 power 断开：10.0.0.5:502 拒绝连接" in chinese
        piece = await scene.chief.get("/devices/gate-1", hx_target="silence", **HTMX)
        assert "<html" not in piece.text
        assert "nothing came from it" in piece.text

    told(tmp_path, story)


def test_points_show_values_in_words_and_what_the_stream_needs(tmp_path: Path) -> None:
    """Labels of an enumeration, yes and no, units; each row knows its point."""

    async def story(scene: Scene) -> None:
        await scene.house.read("lift-1/running_hours", 12)
        page = await scene.chief.get("/devices/lift-1", **EN)
        row = page.text[page.text.index('data-point="lift-1/running_hours"') :][:900]
        assert re.search(r"data-value>12 h<", row)
        assert 'data-unit="h"' in row
        assert 'data-watch="points/lift-1"' in page.text
        assert re.search(r'data-point="lift-1/trapped".{0,900}data-value>No<', page.text, re.DOTALL)

    told(tmp_path, story)


def test_a_course_is_asked_for_with_one_tap(tmp_path: Path) -> None:
    """Where it is fetched, the same as a table, other times; no such point shows nothing."""

    async def story(scene: Scene) -> None:
        path = "/devices/lift-1?point=running_hours&span=week"
        await scene.house.read("lift-1/running_hours", 7)
        piece = (await scene.chief.get(path, hx_target="trend", **HTMX)).text
        assert 'data-trend="/api/v1/points/lift-1/running_hours/readings?since=' in piece
        assert 'data-zone="Asia/Shanghai"' in piece
        assert piece.count("<tr>") == 13
        none = await scene.chief.get("/devices/lift-1?point=nothing", hx_target="trend", **HTMX)
        assert none.text.strip() == ""

    told(tmp_path, story)


def test_components_are_searched_and_the_urgent_come_first(tmp_path: Path) -> None:
    """Of hundreds sixty are shown; address, place and state find one."""

    async def story(scene: Scene) -> None:
        page = await scene.chief.get("/devices/fire-3/components", **EN)
        rows = re.findall(r'class="mono nowrap">([\d-]+)<', page.text)
        assert rows[:2] == ["1-1-1-5", "1-1-2-3"]
        assert len(rows) == 60
        assert 'class="badge life_safety"' in page.text
        only = await scene.chief.get("/devices/fire-3/components?q=fault", **EN)
        assert re.findall(r'class="mono nowrap">([\d-]+)<', only.text) == ["1-1-2-3"]
        natural = (await scene.chief.get("/devices/fire-3/components?q=1-1-3-", **EN)).text
        found = re.findall(r'class="mono nowrap">([\d-]+)<', natural)
        assert found.index("1-1-3-9") < found.index("1-1-3-10")

    told(tmp_path, story)


def test_frames_are_listed_newest_first_and_taken_apart(tmp_path: Path) -> None:
    """Only those of the device; one that is not kept any more says so."""

    async def story(scene: Scene) -> None:
        trace, now = scene.house.keepers["lifts-b1"].trace, scene.house.clock()
        asked = bytes.fromhex("000100000006020300400001")
        came = bytes.fromhex("00010000000502030200af")
        trace.answered("lift-1", asked, came, 0.02, now)
        trace.answered("lift-2", asked, came, 0.02, now)
        page = await scene.chief.get("/devices/lift-1/frames", **EN)
        assert re.findall(r'id="frame-(\d+)"', page.text) == ["2", "1"]
        assert "100.0 %" in page.text
        assert "20 ms on average" in plain(page)
        opened = await scene.chief.get(
            "/devices/lift-1/frames?number=2", hx_target="opened", **HTMX
        )
        assert "read holding registers" in plain(opened)
        assert re.search(r'class="bytes" data-parts="\d', opened.text)
        other = await scene.chief.get("/devices/lift-1/frames?number=4", hx_target="opened", **HTMX)
        assert "not kept any more" in plain(other)

    told(tmp_path, story)


def test_the_profile_says_where_each_point_is_found(tmp_path: Path) -> None:
    """As the manual has it: the table, the register, the bit, what the number is multiplied by."""

    async def story(scene: Scene) -> None:
        lift = plain(await scene.chief.get("/devices/lift-1/profile", **EN))
        assert re.search(r"general_fault bool holding 65\.low\.2", lift)
        sensor = plain(await scene.chief.get("/devices/bin-1/profile", **EN))
        assert "fill_percent" in sensor
        assert "sensors/bin" in sensor

    told(tmp_path, story)
