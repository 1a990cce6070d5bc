"""A new box is given a backup by somebody with a browser, and begins anew with it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.fakes.page_scene import CODE, START_S, browser, scene, visit
from tests.page.test_tour import looked_at

pytestmark = [pytest.mark.usefixtures("mosquitto_path"), pytest.mark.timeout(400)]

FORM = "main form[enctype]"


def test_a_box_begins_anew_with_a_backup(tmp_path: Path) -> None:
    """The code, the file, what is wrong told in the form, then the gateway of the backup."""
    with scene(tmp_path) as alive, browser() as running:
        site, backup = alive.community.site_file, tmp_path / "maple.zip"
        words = [sys.executable, "-m", "edge", "backup", str(site), str(backup)]
        subprocess.run(words, check=True, timeout=START_S)
        with visit(running, alive.url, "en", 390) as technician:
            page = technician.page
            technician.go("/")
            page.click("text=restore a backup")
            page.fill("[name=code]", alive.code)
            page.click("main button[type=submit]")
            page.wait_for_selector(FORM)
            assert looked_at(technician, "/enrol/restore") == []
            page.set_input_files("[name=backup]", str(site))
            page.check("[name=replace]")
            page.click(f"{FORM} button[type=submit]")
            expect(page.locator("#problem")).to_contain_text("nothing was restored")
            technician.shot("restore-refused")
            page.set_input_files("[name=backup]", str(backup))
            page.click(f"{FORM} button[type=submit]")
            expect(page.locator("h1")).to_contain_text("begins anew")
            technician.shot("restored")
        assert _codes(tmp_path, 2)[-1] != alive.code
        [aside] = site.parent.glob("before-restore-*")
        assert (aside / site.name).read_bytes() == site.read_bytes()


def _codes(folder: Path, many: int) -> list[str]:
    """What the console has printed, once there are so many."""
    deadline = time.monotonic() + START_S
    while len(found := CODE.findall((folder / "console.txt").read_text("utf-8"))) < many:
        assert time.monotonic() < deadline, "it has not begun anew"
        time.sleep(0.2)
    return [str(code) for code in found]
