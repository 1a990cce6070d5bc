"""The page in a real browser: a technician's day, from the first code to a change taken back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import pytest

from tests.fakes.page_scene import Scene, Visit, browser, scene, visit

pytestmark = [pytest.mark.usefixtures("mosquitto_path"), pytest.mark.timeout(400)]

LIFT: Final = "lift-6"
FIRE_WITHIN_MS: Final = 1_000
ON_TRIAL_MS: Final = 60_000
RULE: Final = "hydrant_loses_pressure"
WAITS_FOR_FIRE: Final = """() => {
  new MutationObserver(() => {
    if (!document.body.dataset.fire && document.querySelector('#alarms .alarm.life_safety'))
      document.body.dataset.fire = Date.now();
  }).observe(document.querySelector('#alarms'), {childList: true, subtree: true});
}"""


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1366)])
def test_a_technicians_day(tmp_path: Path, language: str, width: int) -> None:
    """Enrol, add a lift by scan, see it move, a fire, a gate, a rule, two wrong configurations."""
    with (
        scene(tmp_path, without=LIFT) as alive,
        browser() as running,
        visit(running, alive.url, language, width) as technician,
    ):
        technician.enrol(alive.code)
        adds_the_lift(technician)
        sees_it_move(technician)
        sees_a_fire(technician, alive)
        acknowledges(technician)
        releases_the_gate(technician)
        tries_and_saves_a_rule(technician, alive)
        breaks_the_file(technician, alive)
        applies_what_does_not_serve(technician, alive)
        assert technician.wrong == []


def adds_the_lift(it: Visit) -> None:
    """Connect, find, read, name, look at it, apply: with nothing but what the page says."""
    page = it.page
    it.go("/add")
    page.click('a[href="/add/find?link=lifts-b3-2"]')
    page.click("main form button[type=submit].primary")
    page.click('a[href*="profile=lifts"] >> nth=0')
    page.wait_for_selector('main a[href^="/add/name"]')
    it.shot("add-read")
    page.click('main a[href^="/add/name"]')
    page.select_option("#building", "b3")
    assert page.input_value("[name=id]") == LIFT
    it.shot("add-name")
    page.click("main button[type=submit].primary >> nth=-1")
    it.shot("add-review")
    applied(it)
    it.shot("add-applied")
    page.click(f'a[href="/devices/{LIFT}"]')
    page.wait_for_selector("h1")


def sees_it_move(it: Visit) -> None:
    """The car changes its place in the picture, without a reload."""
    it.go("/")
    car = f'a.lift[href="/devices/{LIFT}"] .car'
    it.page.wait_for_selector(car, state="attached")
    first = it.page.get_attribute(car, "transform")
    it.page.wait_for_selector(f'{car}:not([transform="{first}"])', state="attached")
    it.shot("now-lift")


def sees_a_fire(it: Visit, alive: Scene) -> None:
    """It stands on the page within a second of its frame."""
    it.page.evaluate(WAITS_FOR_FIRE)
    alive.community.act("fire-3", "fire", zone=5, point=3)
    it.page.wait_for_selector("body[data-fire]")
    sent = alive.community.simulators["fire-3"].told[-1].sent
    assert sent is not None
    took = int(it.page.get_attribute("body", "data-fire") or 0) - sent.timestamp() * 1000
    assert took < FIRE_WITHIN_MS
    it.shot("now-fire")


def acknowledges(it: Visit) -> None:
    """One touch, and everybody sees who has seen it."""
    it.page.click("#alarms .alarm.life_safety .alarm-do button >> nth=0")
    it.page.wait_for_selector("#alarms .alarm.life_safety.seen")
    it.page.click("#alarms .alarm.life_safety .alarm-name a >> nth=0")
    it.page.wait_for_selector("h1")
    it.shot("alarm")


def releases_the_gate(it: Visit) -> None:
    """Asked back once, done, and seen to have happened."""
    it.go("/devices/gate-3/actions")
    it.page.click('[data-opens="act-release"]')
    it.shot("gate-asked")
    it.page.click("#act-release button[type=submit]")
    it.page.wait_for_selector("#acts .note.good")
    it.shot("gate-released")


def tries_and_saves_a_rule(it: Visit, alive: Scene) -> None:
    """It is tried on what was read before it is saved; then it is in the file."""
    page = it.page
    it.go(f"/rules/edit?section=rules&key={RULE}")
    text = page.input_value("#text")
    page.fill("#text", text.replace("below: 250 kPa", "below: 260 kPa"))
    page.click("button[value=try]")
    page.wait_for_selector("#tried")
    it.shot("rule-tried")
    page.click("button[value=review]")
    it.shot("rule-review")
    applied(it)
    assert "below: 260 kPa" in alive.community.site_file.read_text(encoding="utf-8")


def breaks_the_file(it: Visit, alive: Scene) -> None:
    """It is refused at the line, and nothing has changed, neither on disk nor in the editor."""
    before = alive.community.site_file.read_bytes()
    page = it.page
    it.go("/configuration/file?name=site.yaml")
    text = page.input_value("#text")
    wrong = text.replace("profile: gates/mqtt_face\n", "profile: gates/mqtt_fase\n", 1)
    line = wrong[: wrong.index("mqtt_fase")].count("\n") + 1
    page.fill("#text", wrong)
    page.click("button[value=review]")
    page.wait_for_selector(f'.mistakes a[data-line="{line}"]')
    assert page.input_value("#text") == wrong
    it.shot("configuration-refused")
    it.wrong[:] = [said for said in it.wrong if "422" not in said]  # the browser tells it as well
    assert alive.community.site_file.read_bytes() == before


def applies_what_does_not_serve(it: Visit, alive: Scene) -> None:
    """A port where nobody listens: valid, tried, and taken back byte for byte, with the reason."""
    before = alive.community.site_file.read_bytes()
    page = it.page
    it.go("/configuration/file?name=site.yaml")
    text = page.input_value("#text")
    port = alive.community.ports[15023]
    page.fill("#text", text.replace(f"port: {port}}}", "port: 9}", 1))
    page.click("button[value=review]")
    page.wait_for_selector('form[action="/configuration/apply"]')
    page.click('form[action="/configuration/apply"] button.primary')
    page.wait_for_selector("[data-taken-back]", timeout=ON_TRIAL_MS, state="attached")
    it.shot("configuration-taken-back")
    assert "power" in page.inner_text("#progress")
    assert alive.community.site_file.read_bytes() == before
    it.go("/")
    deadline = time.monotonic() + 30
    while page.locator("#links .badge.good").count() < 7:
        assert time.monotonic() < deadline, page.inner_text("#links")
        page.wait_for_timeout(200)


def applied(it: Visit) -> None:
    """Apply what is on the page, on trial; return when it stays."""
    it.page.click('form[action="/configuration/apply"] button.primary')
    it.page.wait_for_selector("[data-applied]", timeout=ON_TRIAL_MS, state="attached")
