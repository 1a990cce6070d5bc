"""What the page costs: the first view of a large site, and fifty viewers beside an alarm's way."""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
from playwright.sync_api import sync_playwright

from edge.api.live import LINGERS_S
from tests.bench.fire_frames import Panel
from tests.bench.page_site import Site, memory_mb, running

VIEWERS: Final = 50
ACCOUNTS: Final = 5
PAGES: Final = ("/", "/", "/", "/", "/devices/lift-1-1")
"""What is looked at: four of five look at the site, the others at one lift."""
TOLD: Final = re.compile(r'data-(?:live|watch)="([^"]+)"')
"""What a page is told of as long as it is open, as its script reads it."""
ROUNDS: Final = 6
"""Alternating without and with viewers, so that a busy machine is busy for both."""
ALARMS: Final = 400
STAND: Final = 50
"""So many alarms stand at a time: each detector recovers after so many others have spoken."""
EVERY_S: Final = 0.02
SETTLE_S: Final = 5.0
PASSWORD: Final = "correct horse battery staple"  # noqa: S105 - of a bench
CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
)
TIMING: Final = """() => new Promise(done => new PerformanceObserver(
  list => done(list.getEntries().at(-1).startTime)
).observe({type: 'largest-contentful-paint', buffered: true}))"""


def enrolled(site: Site) -> list[str]:
    """The cookies of as many accounts as are needed; the first is an administrator's."""
    base = f"https://127.0.0.1:{site.page}"
    cookies: list[str] = []
    with httpx.Client(base_url=base, verify=False, timeout=30) as admin:  # noqa: S501 - self-made
        body = {"code": site.code, "name": "admin", "password": PASSWORD}
        admin.post("/api/v1/enrol", json=body, headers={"origin": base}).raise_for_status()
        token = admin.get("/api/v1/me").json()["csrf"]
        for number in range(ACCOUNTS):
            user = {"name": f"viewer{number}", "password": PASSWORD, "role": "viewer"}
            headers = {"origin": base, "x-csrf-token": token}
            admin.post("/api/v1/users", json=user, headers=headers).raise_for_status()
    for number in range(ACCOUNTS):
        with httpx.Client(base_url=base, verify=False, timeout=30) as viewer:  # noqa: S501 - see above
            body = {"name": f"viewer{number}", "password": PASSWORD}
            viewer.post("/api/v1/login", json=body, headers={"origin": base}).raise_for_status()
            [(name, value)] = viewer.cookies.items()
            cookies.append(f"{name}={value}")
    return cookies


@contextmanager
def viewers(site: Site, cookies: list[str]) -> Iterator[None]:
    """Fifty of them, watching."""
    each = VIEWERS // len(cookies)
    paths = [_stream(site, cookie, page) for cookie, page in zip(cookies, PAGES, strict=True)]
    command = [sys.executable, "-m", "tests.bench.page_viewers", str(site.page), str(each)]
    process = subprocess.Popen([*command, *cookies, *paths], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"all are there")
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _stream(site: Site, cookie: str, page: str) -> str:
    """The address of what a page is told."""
    base = f"https://127.0.0.1:{site.page}"
    with httpx.Client(base_url=base, verify=False, timeout=30) as asking:  # noqa: S501 - self-made
        answer = asking.get(page, headers={"cookie": cookie}).raise_for_status()
    names = dict.fromkeys(TOLD.findall(answer.text))
    assert names, answer.text
    return f"/live?{httpx.QueryParams([('channels', name) for name in names])}"


async def latencies(port: int, first: int, alarms: int = ALARMS) -> list[float]:
    """From each alarm's frame to its confirmation, in ms: it is on disk by then."""
    async with Panel.at(port) as panel:
        took = []
        for number in range(first, first + alarms):
            took.append(await panel.fault(number))
            await panel.well(number - STAND)
            await asyncio.sleep(EVERY_S)
        for number in range(first + alarms - STAND, first + alarms):
            await panel.well(number)
        return took


def first_view(site: Site, cookie: str) -> dict[str, Any]:
    """What a browser with an empty cache needs for the page Now."""
    name, _, value = cookie.partition("=")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        context = browser.new_context(ignore_https_errors=True)
        url = f"https://127.0.0.1:{site.page}/"
        context.add_cookies([{"name": name, "value": value, "url": url, "secure": True}])
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        transferred: list[float] = []
        session.on("Network.loadingFinished", lambda e: transferred.append(e["encodedDataLength"]))
        page.goto(url, wait_until="load")
        painted = page.evaluate(TIMING)
        browser.close()
    return {"painted_ms": round(painted), "transferred_kb": round(sum(transferred) / 1000, 1)}


def p99(values: list[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(values, n=100)[98]


def main() -> None:
    """Print one JSON object for each benchmark."""
    alone: list[float] = []
    watched: list[float] = []
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as site:
        cookies = enrolled(site)
        views = [first_view(site, cookies[0]) for _ in range(3)]
        asyncio.run(latencies(site.fire, STAND))  # warms up
        grown = before = 0.0
        for number in range(ROUNDS):
            asyncio.run(asyncio.sleep(LINGERS_S + 1))  # nobody may come back any more
            alone += asyncio.run(latencies(site.fire, (2 * number + 1) * ALARMS))
            before = memory_mb(site.pid)
            with viewers(site, cookies):
                asyncio.run(asyncio.sleep(SETTLE_S))
                grown = grown or memory_mb(site.pid) - before
                watched += asyncio.run(latencies(site.fire, (2 * number + 2) * ALARMS))
    best = min(views, key=lambda view: view["painted_ms"])
    told: tuple[dict[str, Any], ...] = (
        {"name": "page.now.first_view.5400_points", **best},
        {
            "name": "alarm.latency.50_viewers",
            "p99_ms": round(p99(watched), 2),
            "reference": "nobody watches",
            "reference_ms": round(p99(alone), 2),
            "ratio": round(p99(watched) / p99(alone), 3),
            "p50_ms": round(statistics.median(watched), 2),
            "reference_p50_ms": round(statistics.median(alone), 2),
        },
        {
            "name": "daemon.memory.50_viewers",
            "mb": round(grown, 1),
            "of_mb": round(before),
        },
    )
    for each in told:
        sys.stdout.write(f"{json.dumps(each)}\n")


if __name__ == "__main__":
    main()
