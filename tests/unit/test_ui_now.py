"""The first page as a browser gets it: what is wrong, the picture, how much is sent."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Final

import pytest

from edge.access.roles import Role
from edge.api.ui.bundle import STATIC
from tests.fakes.browser import Browser
from tests.fakes.troubled_house import EN, ZH, Scene, plain, told

MOST_SENT: Final = 150_000
"""Bytes that the first page and all that it loads may take: a phone in a cellar waits for them."""


@pytest.mark.parametrize("role", ["admin", "technician", "viewer", "auditor"])
def test_the_first_page_tells_what_is_wrong_in_both_languages(role: Role, tmp_path: Path) -> None:
    """The most severe first, with its place; whoever may only look has no buttons."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser(role)
        english, chinese = await browser.get("/", **EN), await browser.get("/", **ZH)
        assert english.status == chinese.status == 200
        words = plain(english)
        assert words.index("Passengers trapped in the lift") < words.index("Waste bin is full")
        assert "Building 2, Unit 1" in words
        assert "电梯困人" in plain(chinese)
        assert "2号楼1单元" in plain(chinese)
        may = role in {"admin", "technician"}
        assert ("hx-post" in english.text) == may
        assert ("Acknowledge" in words) == may

    told(tmp_path, story)


def test_the_picture_has_every_device_with_how_it_is(tmp_path: Path) -> None:
    """Lifts, gates, detectors by floor, what stands outside; each leads to its page."""

    async def story(scene: Scene) -> None:
        page = (await (await scene.browser()).get("/", **EN)).text
        for name in scene.house.configuration.site.devices:
            assert f'href="/devices/{name}"' in page, name
            assert f'data-of="{name}" data-tone=' in page, name
        assert 'data-of="lift-3" data-tone="life_safety"' in page
        assert 'data-of="breaker-1" data-tone="off"' in page
        assert "floor 1, 15 detectors, 1 alarm" in page

    told(tmp_path, story)


def test_an_account_for_one_building_sees_nothing_of_another(tmp_path: Path) -> None:
    """Neither in the list, nor in the picture, nor counted above."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser("technician", "b1")
        for path in ("/", "/alarms", "/alarms/past"):
            page = (await browser.get(path, **EN)).text
            for name in ("lift-3", "fire-3", "gate-3", "call-1", "Building 2", "Passengers"):
                assert name not in page, f"{path}: {name}"
        assert "bin-1" in page
        other = await browser.get(f"/alarms/{scene.alarm('lift-3/entrapment')}", accept="text/html")
        assert other.status == 404

    told(tmp_path, story)


@pytest.mark.parametrize("language", [ZH, EN], ids=["zh", "en"])
def test_no_page_runs_or_styles_anything_inline(language: dict[str, str], tmp_path: Path) -> None:
    """The browser would refuse it: the policy allows files of this gateway only."""

    async def story(scene: Scene) -> None:
        browser, number = await scene.browser(), scene.alarm("lift-3/entrapment")
        for path in ("/", "/alarms", "/alarms/past", f"/alarms/{number}"):
            text = (await browser.get(path, **language)).text
            assert not re.search(r"<script(?![^>]*src=)|<style|\sstyle=|\son\w+=|hx-on", text), path
            assert not re.search(r"(src|href)=\"(https?:)?//", text), path
            assert "inline" not in (await browser.get(path)).headers["content-security-policy"]

    told(tmp_path, story)


def test_the_first_page_is_light(tmp_path: Path) -> None:
    """With its styles, scripts and icons, as they go over the wire."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser()
        page = await browser.get("/", accept_encoding="gzip", **ZH)
        assert page.headers["content-encoding"] == "gzip"
        sent = len(page.body)
        for address in set(re.findall(r"/static/[\w./-]+", gzip.decompress(page.body).decode())):
            part = await browser.get(address, accept_encoding="gzip")
            assert part.status == 200, address
            assert part.headers["cache-control"] == "public, max-age=31536000, immutable"
            sent += len(part.body)
        assert sent < MOST_SENT

    told(tmp_path, story)


def test_static_files_are_for_everybody_and_only_those_there_are(tmp_path: Path) -> None:
    """The login needs them; a path that leads out of the bundle leads nowhere."""

    async def story(scene: Scene) -> None:
        nobody = Browser(app=scene.house.app)
        style = STATIC["whistle.css"]
        assert (await nobody.get(f"/static/{style.hashed}")).body == style.body
        for path in ("whistle.css", "../pages.py", "%2e%2e/pages.py", "nothing.0123456789.css"):
            assert (await nobody.get(f"/static/{path}")).status == 404, path

    told(tmp_path, story)


def test_while_nothing_runs_the_first_page_leads_to_where_that_is_mended(tmp_path: Path) -> None:
    """Whoever may not mend it is told what is the matter."""

    async def story(scene: Scene) -> None:
        admin, viewer = await scene.browser(), await scene.browser("viewer")
        scene.house.current = None
        assert (await admin.get("/")).headers["location"] == "/configuration"
        page = await viewer.get("/", accept="text/html", **EN)
        assert page.status == 503
        assert "Repair mode" in plain(page)

    told(tmp_path, story)
