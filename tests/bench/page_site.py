"""A site of five thousand points, its lifts in a process of their own, and its gateway."""

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

from simulators.ports import free_port

BUILDINGS: Final = 25
LIFTS: Final = 4
"""In each building, on one link; each has 54 points, read once a second."""
CODE: Final = re.compile(r"^ +((?:[A-Z0-9]{4,6}-){2}[A-Z0-9]{4,6})$", re.MULTILINE)
START_S: Final = 60.0

HEAD: Final = """\
site: {{id: bench, name: {{zh: 测试小区, en: Bench}}}}
gateway: {{id: gw, store: var}}
page: {{listen: {{host: 127.0.0.1, port: {page}}}}}
buildings:
"""
BUILDING: Final = """\
  - id: b{b}
    name: {{zh: {b}号楼, en: Building {b}}}
    floors: {{from: -1, to: 18}}
    units:
      - {{id: u1, name: {{zh: 1单元, en: Unit 1}}}}
      - {{id: u2, name: {{zh: 2单元, en: Unit 2}}}}
"""
LINK: Final = """\
  - id: lifts-{b}
    driver: modbus
    transport: {{type: tcp, host: 127.0.0.1, port: {port}}}
"""
LIFT: Final = """\
  - id: lift-{b}-{n}
    link: lifts-{b}
    profile: lifts/ba_box
    name: {{zh: {b}号楼{n}号梯, en: Lift {n} of building {b}}}
    address: {{unit: {n}}}
    location: {{building: b{b}, unit: u{u}}}
"""
FIRE_LINK: Final = "  - {{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {fire}}}}}\n"
PANEL: Final = """\
  - id: fire-1
    link: fire
    profile: panels/gb26875
    name: {{zh: 传输装置, en: Transmission device}}
    address: {{address: 3}}
    location: {{building: b1, floor: 1}}
"""


@dataclass(frozen=True, slots=True)
class Site:
    """A gateway that runs: its process, its page, the port of its fire panels, the first code."""

    pid: int
    page: int
    fire: int
    code: str


def site_file(page: int, fire: int, ports: list[int], *, panel: bool) -> str:
    """The text of the site file, with or without its transmission device."""
    every = range(1, BUILDINGS + 1)
    text = HEAD.format(page=page) + "".join(BUILDING.format(b=b) for b in every) + "links:\n"
    text += "".join(LINK.format(b=b, port=ports[b - 1]) for b in every)
    text += FIRE_LINK.format(fire=fire) if panel else ""
    text += "devices:\n" + "".join(
        LIFT.format(b=b, n=n, u=1 + (n > LIFTS // 2)) for b in every for n in range(1, LIFTS + 1)
    )
    return text + (PANEL.format() if panel else "")


@contextmanager
def running(folder: Path) -> Iterator[Site]:
    """The lifts and the gateway, until the block ends."""
    page, fire, *ports = (free_port() for _ in range(BUILDINGS + 2))
    (folder / "site.yaml").write_text(site_file(page, fire, ports, panel=True), "utf-8")
    (folder / "lifts").mkdir()
    (folder / "lifts" / "site.yaml").write_text(site_file(page, fire, ports, panel=False), "utf-8")
    whistle = [sys.executable, "-m", "edge"]
    out = folder / "out.txt"
    with out.open("wb") as said, (folder / "log.txt").open("wb") as log:
        lifts = subprocess.Popen(
            [*whistle, "simulate", str(folder / "lifts" / "site.yaml")], stdout=log, stderr=log
        )
        gateway = subprocess.Popen(
            [*whistle, "run", str(folder / "site.yaml")],
            stdout=said,
            stderr=log,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )
    try:
        yield Site(pid=gateway.pid, page=page, fire=fire, code=_code(out))
    finally:
        for process in (gateway, lifts):
            process.terminate()
            process.wait()


def _code(out: Path) -> str:
    deadline = time.monotonic() + START_S
    while not (found := CODE.findall(out.read_text(encoding="utf-8"))):
        assert time.monotonic() < deadline, out.read_text(encoding="utf-8")
        time.sleep(0.1)
    return str(found[-1])


def memory_mb(pid: int) -> float:
    """What of it lies in memory."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024
