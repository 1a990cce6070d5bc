"""Upgrade and downgrade of a box with a full journal, with power cuts at random steps."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from cloud_bridge.order_keys import SigningKey
from simulators.ports import free_port
from tests.system.updating import built
from tests.system.updating.box import Box
from tests.system.updating.journal import asides, deliver, fill, numbers

OLD: Final = "0.1.0"
NEW: Final = "0.2.0"

SITE: Final = """# 一个小区 / a site
site: {{id: s, name: {{zh: 测试, en: Test}}, language: en}}
gateway: {{id: gw, store: var}}
page: {{serve: "off"}}
links: [{{id: fire, driver: gb26875, listen: {{host: 127.0.0.1, port: {fire}}}}}]
devices:
  - {{id: f, link: fire, profile: panels/gb26875, name: {{zh: 甲, en: A}}, address: {{address: 3}}}}
uplinks:
  - {{id: city, type: mqtt, broker: {{host: 127.0.0.1, port: {port}}}}}
"""

STEPS: Final = ("copying", "verifying", "unpacking", "rehearsing", "switching", "switching")
"""What an update says that it does."""

LONGEST_S: Final = 1.5
"""From the beginning of a step to the cut; most are shorter, and the next one is hit then."""


@dataclass(slots=True)
class Seen:
    """What became of it all."""

    cuts: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    kept: int = 0
    delivered: Sequence[dict[str, Any]] = ()
    wanted: Sequence[int] = ()

    @property
    def kinds(self) -> list[str]:
        """The kinds of the events that came, without their common beginning."""
        return [
            each["type"].removeprefix("community.").removesuffix(".v1") for each in self.delivered
        ]


def play(folder: Path, cuts: int, events: int, seed: int, tell: Callable[[str], None]) -> Seen:
    """Upgrade and go back in turn, the power cut so often; then both once more, undisturbed."""
    chance = random.Random(seed)  # noqa: S311 - a story that can be told again
    port, key = free_port(), SigningKey.new("vendor")
    site = SITE.format(fire=free_port(), port=port).encode()
    box = _laid_out(folder, site, key, events)
    release = built.release(folder, NEW, key)
    kept = numbers(box.store / "journal.db")
    seen = Seen()
    try:
        box.boot()
        for _ in range(cuts):
            wanted, words = _other(box, release)
            seen.cuts.append(_cut_off(box, words, wanted, chance))
            box.boot()
            tell(f"{seen.cuts[-1]}: {box.current} runs")
            assert box.site.read_bytes() == site
            assert asides(box.store) == []
        while seen.ends[-2:] != [NEW, OLD]:
            wanted, words = _other(box, release)
            status, said = box.done("current", *words)
            assert status == 0, said
            box.works()
            seen.ends.append(box.current)
            tell(f"{words[0]}: {box.current} runs")
        seen.wanted = numbers(box.store / "journal.db")
        seen.delivered = deliver(port, {*kept, *seen.wanted})
    finally:
        box.cut()
        box.close()
    seen.kept = len(kept)
    assert box.site.read_bytes() == site
    return seen


def _other(box: Box, release: Path) -> tuple[str, Sequence[str]]:
    """Return the version that does not run, and the command that leads to it."""
    return (NEW, ("install", str(release))) if box.current == OLD else (OLD, ("back",))


def _laid_out(folder: Path, site: bytes, key: SigningKey, events: int) -> Box:
    box = Box(folder)
    built.tree(box.root / "releases" / OLD, OLD, further=False)
    (box.root / "current").symlink_to(f"releases/{OLD}")
    (folder / "keys").mkdir()
    (folder / "keys" / "vendor.pub").write_text(key.public)
    box.site.write_bytes(site)
    fill(box.site, box.store / "journal.db", events)
    return box


def _cut_off(box: Box, words: Sequence[str], wanted: str, chance: random.Random) -> str:
    """Cut the power some time after a step has begun; say when that was."""
    steps = STEPS if words[0] == "install" else STEPS[-3:]
    step, later = chance.choice(steps), chance.random() ** 2 * LONGEST_S
    process = box.whistle("current", *words)
    assert process.stderr is not None
    for line in process.stderr:
        if line.startswith(step.encode()):
            break
    time.sleep(later)
    box.cut(process)
    process.stderr.close()
    return f"{later:.2f} s into {step} to {wanted}"
