"""Every page, in both languages, at both widths: pictures to look at, and what axe says of them."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped] # it has none

from tests.fakes.page_scene import PASSWORD, Visit, browser, scene, visit

pytestmark = [pytest.mark.usefixtures("mosquitto_path"), pytest.mark.timeout(400)]

PAGES: Final = (
    "/",
    "/alarms",
    "/alarms/past",
    "/devices",
    "/devices/lift-6",
    "/devices/lift-6/frames",
    "/devices/lift-6/profile",
    "/devices/gate-3/actions",
    "/devices/fire-3/components",
    "/events",
    "/commands",
    "/rules",
    "/rules/new",
    "/rules/edit?section=rules&key=cabinet_fire_risk",
    "/add",
    "/add/find?link=lifts-b1",
    "/add/link?kind=tcp",
    "/configuration",
    "/configuration/file?name=site.yaml",
    "/configuration/versions",
    "/diagnostics",
    "/log",
    "/audit",
    "/users",
    "/users/tokens",
    "/users/sessions",
    "/certificates",
    "/me",
)
WAYS: Final[tuple[tuple[str, int, Literal["light", "dark"], bool], ...]] = (
    ("zh", 390, "light", True),
    ("en", 390, "dark", False),
    ("zh", 1366, "dark", True),
    ("en", 1366, "light", False),
)
"""Language, width, scheme, and whether axe is asked: names and contrast are the same in both
languages, so each width and each scheme is judged once; it takes longer than all the rest."""
SERIOUS: Final = {"serious", "critical"}
STANDARDS: Final = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21aa"]},
    "resultTypes": ["violations"],  # what is right need not be told element by element
}


def test_every_page_is_fit_for_everybody(tmp_path: Path) -> None:
    """No serious violation, no complaint of the browser, nothing wider than the screen."""
    with scene(tmp_path) as alive, browser() as running:
        alive.community.act("fire-3", "fire", zone=5, point=3)
        alive.community.act("lift-1", "door_fault")
        with visit(running, alive.url, "zh", 1366) as first:
            first.enrol(alive.code)
        wrong: dict[str, list[str]] = {}
        for language, width, scheme, judged in WAYS:
            with visit(running, alive.url, language, width) as technician:
                technician.page.emulate_media(color_scheme=scheme)
                technician.log_in()
                for path in PAGES:
                    if found := looked_at(technician, path, judged=judged):
                        wrong[f"{path} {language} {width} {scheme}"] = found
        assert wrong == {}
        said = (tmp_path / "gateway.log").read_text(encoding="utf-8")
        key = next((tmp_path / "var").glob("*.key")).read_text(encoding="utf-8").splitlines()[1]
        assert [secret for secret in (PASSWORD, alive.code, key) if secret in said] == []


def looked_at(it: Visit, path: str, *, judged: bool = True) -> list[str]:
    """What is wrong with a page; axe is asked where it is to be `judged`."""
    it.wrong.clear()
    answer = it.page.goto(it.url + path)
    it.page.wait_for_load_state("load")
    it.shot("tour-" + (path.strip("/").translate(str.maketrans("/?=&", "----")) or "now"))
    found = [*it.wrong]
    if answer is None or not answer.ok:
        found.append(f"status {answer.status if answer else '?'}")
    if it.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append("wider than the screen")
    if not judged:
        return found
    for violation in Axe().run(it.page, options=STANDARDS).response["violations"]:
        if violation["impact"] in SERIOUS:
            where = [" ".join(node["target"]) for node in violation["nodes"][:3]]
            found.append(f"{violation['id']}: {where}")
    return found
