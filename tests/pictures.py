"""Takes the pictures of README and tutorial: `.venv/bin/python -m tests.pictures`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import cv2
import numpy as np

from simulators.ports import free_port
from tests.fakes.page_scene import CODE, Visit, browser, visit
from tests.source_tree import ROOT

PICTURES: Final = ROOT / "docs" / "pictures"
LARGEST: Final = 120_000
QUALITY: Final = 82
WIDTH: Final = 1180
HEIGHT: Final = 820
EVENING: Final = (1280, 860)
EVENING_MS: Final = 55_000
"""By then most of what happens in that story has happened, and little of it is over."""
START_S: Final = 60.0
LANGUAGES: Final = ("en", "zh")
RULE: Final = "/rules/edit?section=rules&key=cabinet_fire_risk"
STRICTER: Final = (
    ("above: 100 mA, deadband: 20", "above: 10 mA"),
    ("above: 55 °C", "above: 20 °C"),
)
"""What the tutorial changes in the rule: limits that a sound cabinet passes too."""


def main() -> None:
    """Live through the tutorial once in each language, with a camera at hand."""
    for language in LANGUAGES:
        with (
            TemporaryDirectory() as folder,
            demo(Path(folder), "tutorial") as (platform, own),
            browser() as running,
            visit(running, own, language, WIDTH) as it,
        ):
            look_around(it, Path(folder), platform)
        with (
            TemporaryDirectory() as folder,
            demo(Path(folder), "evening") as (platform, own),
            browser() as running,
            visit(running, platform, language, EVENING[0]) as it,
        ):
            it.page.set_viewport_size({"width": EVENING[0], "height": EVENING[1]})
            it.go("/")
            it.page.wait_for_timeout(EVENING_MS)
            picture(it, "evening", EVENING[1])


@contextmanager
def demo(folder: Path, scenario: str) -> Iterator[tuple[str, str]]:
    """A demonstration; the addresses of the platform's and the own page."""
    port, said = free_port(), folder / "demo.txt"
    words = ["demo", "--scenario", scenario, "--keep", str(folder), "--port", str(port)]
    with said.open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "edge", *words],
            stderr=out,
            stdout=out,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "COLUMNS": "300"},
        )
    try:
        line = until(lambda: next((x for x in told(said) if "https://" in x), ""))
        yield f"http://127.0.0.1:{port}", line.rpartition(" ")[2]
    finally:
        running.terminate()
        running.wait(START_S)


def told(said: Path) -> list[str]:
    """What has been said so far."""
    return said.read_text(encoding="utf-8").splitlines()


def until(found: Callable[[], str]) -> str:
    """Return what is found, once it is."""
    deadline = time.monotonic() + START_S
    while not (what := found()):
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.2)
    return what


def look_around(it: Visit, folder: Path, platform: str) -> None:
    """Each step of the tutorial with its picture."""
    page, log = it.page, folder / "gateway.log"
    page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    code = until(lambda: "".join(CODE.findall(log.read_text(encoding="utf-8"))[-1:]))
    it.go("/")
    picture(it, "enrol", 560)
    it.enrol(code)
    page.wait_for_selector('#alarms .alarm a[href="/devices/lift-3"]')
    picture(it, "now")
    page.click("#alarms .alarm.life_safety .alarm-do button >> nth=0")
    page.wait_for_selector("#alarms .alarm.life_safety.seen")
    page.click("#alarms .alarm.life_safety .alarm-name a >> nth=0")
    page.wait_for_selector("h1")
    picture(it, "alarm")
    it.go("/devices/lift-2")
    page.wait_for_timeout(20_000)
    it.go("/devices/lift-2")
    picture(it, "silent", 640)
    it.go(RULE)
    text = page.input_value("#text")
    for usual, stricter in STRICTER:
        assert usual in text
        text = text.replace(usual, stricter)
    page.fill("#text", text)
    page.click("button[value=try]")
    page.locator("#tried").scroll_into_view_if_needed()
    picture(it, "tried")
    page.goto(platform)
    page.wait_for_timeout(2_000)
    picture(it, "platform")


def picture(it: Visit, name: str, height: int = HEIGHT) -> None:
    """Keep what the page shows, small enough for a mobile link."""
    shot = np.frombuffer(it.page.screenshot(), np.uint8)
    seen = cv2.imdecode(shot, cv2.IMREAD_COLOR)
    assert seen is not None
    path = PICTURES / f"{name}{'.zh' if it.language == 'zh' else ''}.webp"
    written, kept = cv2.imencode(".webp", seen[:height], [cv2.IMWRITE_WEBP_QUALITY, QUALITY])
    assert written
    assert kept.nbytes < LARGEST, f"{path.name}: {kept.nbytes} bytes"
    path.write_bytes(kept.tobytes())


if __name__ == "__main__":
    main()
