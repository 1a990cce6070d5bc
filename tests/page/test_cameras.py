"""Cameras at the page, in a browser: what they show, zones drawn by hand, one more added."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.fakes.page_scene import Visit, browser, scene, visit
from tests.page.test_tour import looked_at

pytestmark = [pytest.mark.usefixtures("mosquitto_path"), pytest.mark.timeout(300)]

CAMERA: Final = "/devices/cam-lane"
ZONES: Final = "/camera/cam-lane/zones"
PATIENCE_MS: Final = 120_000
"""Cameras work when nothing else does, and beside other tests' browsers that is seldom."""
PASSWORD: Final = "a5-secret-of-a-camera"  # noqa: S105 - of a test


def test_cameras_are_seen_drawn_on_and_added(tmp_path: Path) -> None:
    """A picture that is fresh, corners that follow the finger, a zone and a camera that stay."""
    with scene(tmp_path, site="lakeside") as alive, browser() as running:
        with visit(running, alive.url, "zh", 1366) as first:
            first.enrol(alive.code)
        with visit(running, alive.url, "zh", 390) as phone:
            phone.page.emulate_media(color_scheme="dark")
            phone.log_in()
            assert looked_at(phone, "/") == []
            assert shown(phone) == []
            drawn(phone)
        site = alive.community.site_file.read_text(encoding="utf-8")
        assert "[0.9, 0.8]" in site
        assert site.count("# 601 户的门") == 1, "what nobody touched is as it was"
        with visit(running, alive.url, "en", 1366) as desk:
            desk.log_in()
            assert shown(desk) == []
            url = next(line for line in site.splitlines() if "corridor/stream" in line)
            added(desk, url.split("'")[1])
        assert (tmp_path / "secrets" / "video-1").stat().st_mode & 0o777 == 0o600
        said = (tmp_path / "gateway.log").read_text(encoding="utf-8")
        assert PASSWORD not in said + alive.community.site_file.read_text(encoding="utf-8")


def shown(it: Visit) -> list[str]:
    """What is wrong with the camera's page, once its picture is there and another has come."""
    wrong = looked_at(it, CAMERA)
    said = it.page.locator("[data-said]")
    expect(said).to_contain_text("摄于" if it.language == "zh" else "taken at", timeout=PATIENCE_MS)
    first = said.inner_text()
    expect(said).not_to_have_text(first, timeout=PATIENCE_MS)
    it.shot("camera")
    return wrong


def drawn(it: Visit) -> None:
    """Drag a corner, add and undo one, draw a line wrongly and rightly, apply it."""
    page = it.page
    assert looked_at(it, ZONES) == []
    drag(page, (0.83, 0.995), (0.9, 0.8))
    assert corners(page)[2] == ("90", "80")
    drag(page, (0.65, 0.005), (0.65, 0.2))
    assert len(corners(page)) == 5
    page.click("[data-undo]")
    assert len(corners(page)) == 4
    page.click('button[value="add.line"]')
    page.wait_for_selector('[name="s1.x"]', state="attached")
    page.fill('[name="s1.w0.hours"]', "25:00")
    it.shot("camera-zones")
    page.click('button[value="review"]')
    assert "25:00" in page.locator(".error").first.inner_text()
    assert corners(page)[2] == ("90", "80"), "nothing that was drawn is lost"
    page.fill('[name="s1.w0.hours"]', "22:00-06:00")
    page.click('button[value="review"]')
    it.shot("camera-review")
    page.click("main button.primary")
    page.wait_for_url("**/configuration/trial**")


def added(it: Visit, url: str) -> None:
    """Fill in, have a look, name it, look at the change."""
    page = it.page
    assert looked_at(it, "/add/camera") == []
    page.fill("[name=host]", "192.0.2.7")
    page.locator("[name=host]").blur()
    expect(page.locator("[name=url]")).to_have_value(re.compile("192.0.2.7"), timeout=PATIENCE_MS)
    page.fill("[name=url]", url)
    page.fill("[name=username]", "look")
    page.fill("[name=password]", PASSWORD)
    page.click('button[value="try"]')
    page.wait_for_selector(".tried img")
    it.shot("camera-tried")
    page.click("main a.primary")
    page.click("main button.primary")
    assert "secrets/video-1" in page.locator("main").inner_text()
    assert it.wrong == []


def corners(page: Page) -> list[tuple[str, str]]:
    """What the first zone's number fields hold."""
    across, down = page.locator('[name="s0.x"]'), page.locator('[name="s0.y"]')
    values = zip(across.all(), down.all(), strict=True)
    return [(x.input_value(), y.input_value()) for x, y in values]


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag from one place of the picture to another."""
    box = page.locator(".draw .over").bounding_box()
    assert box is not None
    for at, act in ((start, page.mouse.down), (end, page.mouse.up)):
        page.mouse.move(box["x"] + at[0] * box["width"], box["y"] + at[1] * box["height"], steps=3)
        act()
