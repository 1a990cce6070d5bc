"""A gateway with its page, a community behind it, and a real browser before it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from simulators.demo.stage import PAGE_PORT
from tests.fakes.community_thread import Community, community
from tests.fakes.servers import require
from tests.source_tree import ROOT

CODE: Final = re.compile(r"^ +((?:[A-Z0-9]{4,6}-){2}[A-Z0-9]{4,6})$", re.MULTILINE)
NO_PICTURE: Final = re.compile(r"/cameras/[^/]+/still\?")
START_S: Final = 60.0
PASSWORD: Final = "correct horse battery staple"  # noqa: S105 - of a test
NAME: Final = "老王"
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SHOTS: Final = ROOT / "build" / "screenshots"


@dataclass(slots=True)
class Scene:
    """What is alive; `url` is the page, `code` opens it the first time."""

    community: Community
    url: str
    code: str


@contextmanager
def scene(folder: Path, without: str = "", site: str = "riverside") -> Iterator[Scene]:
    """A shipped site with its gateway; the device `without` is there, but not in the site file."""
    with community(site, folder) as alive:
        if without:
            alive.site_file.write_text(
                left_out(alive.site_file.read_text("utf-8"), without), "utf-8"
            )
        out = folder / "console.txt"
        with out.open("wb") as said, (folder / "gateway.log").open("wb") as log:
            gateway = subprocess.Popen(
                [sys.executable, "-m", "edge", "run", str(alive.site_file), "--log", "json"],
                stdout=said,
                stderr=log,
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
            )
        try:
            port = alive.ports[PAGE_PORT]
            yield Scene(alive, f"https://127.0.0.1:{port}", _code(out, gateway))
        finally:
            gateway.terminate()
            gateway.wait(START_S)


def left_out(site: str, device: str) -> str:
    """The site file without one of its devices."""
    return re.sub(rf"  - id: {device}\n(?:    .*\n)+", "", site, count=1)


def _code(out: Path, gateway: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + START_S
    while not (found := CODE.findall(out.read_text(encoding="utf-8"))):
        assert gateway.poll() is None, "the gateway has ended"
        assert time.monotonic() < deadline, "no code was printed"
        time.sleep(0.1)
    return str(found[-1])


@contextmanager
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    program = require("chromium", "chromium")
    with sync_playwright() as play:
        running = play.chromium.launch(executable_path=str(program), args=list(FLAGS))
        try:
            yield running
        finally:
            running.close()


@dataclass(slots=True)
class Visit:
    """Somebody at the page: in a language, at a width; `wrong` is what the browser did not like."""

    context: BrowserContext
    page: Page
    url: str
    language: str
    width: int
    wrong: list[str]

    def go(self, path: str) -> None:
        """Open a page of the gateway."""
        self.page.goto(self.url + path)

    def shot(self, name: str) -> None:
        """Keep a picture of the page as it is."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}-{self.language}-{self.width}.png"
        self.page.screenshot(path=str(path), full_page=True, caret="initial")

    def enrol(self, code: str) -> None:
        """Make the first account with the code that the gateway has printed."""
        self.go("/")
        self.page.fill("[name=code]", code)
        self.page.fill("[name=name]", NAME)
        self.page.fill("[name=password]", PASSWORD)
        self.page.fill("[name=repeated]", PASSWORD)
        self.shot("enrol")
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(self.url + "/")

    def log_in(self) -> None:
        """Come in again."""
        self.go("/login")
        self.page.fill("[name=name]", NAME)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("main button[type=submit]")
        self.page.wait_for_url(self.url + "/")


def _is_fault(said: ConsoleMessage) -> bool:
    """Whether the browser complains of the page.

    A camera that has no picture at this moment answers 503, and the browser notes it; the page
    says why at the picture's place, and whoever waits for a picture there would see it missing.
    """
    return said.type == "error" and not (
        NO_PICTURE.search(said.location["url"]) and "503" in said.text
    )


@contextmanager
def visit(running: Browser, url: str, language: str, width: int) -> Iterator[Visit]:
    """Open the browser at the page, with nothing remembered."""
    context = running.new_context(
        ignore_https_errors=True,
        viewport={"width": width, "height": 844 if width < 600 else 900},
        locale="zh-CN" if language == "zh" else "en-GB",
        has_touch=width < 600,
        reduced_motion="reduce",  # what moves is drawn sixty times a second, by the processor
    )
    page = context.new_page()
    page.set_default_timeout(START_S * 1000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if _is_fault(said) else None)
    try:
        yield Visit(context, page, url, language, width, wrong)
    finally:
        context.close()
