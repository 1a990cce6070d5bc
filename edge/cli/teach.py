"""`whistle vision teach`: shows a camera what a full bin looks like, by pictures."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

import cv2
import numpy as np

from edge.cli.command import Say, load_site
from edge.clock import Clock
from edge.errors import ConfigError
from edge.vision.analyse_rules import read_rules
from edge.vision.analytics.taught import NotTaughtError, Taught, encode
from edge.vision.analytics.teaching import doubts, region, teach
from edge.vision.analytics.window import Corners
from edge.vision.pictures import Image
from edge.vision.sections.zone import CameraAddress

PICTURES: Final = (".jpg", ".jpeg", ".png", ".bmp", ".webp")
MOST: Final = 2_000
"""Pictures of each kind; 30 are enough."""

Shown: TypeAlias = Callable[[Image], Image]
"""What of a picture is looked at."""


def run(arguments: argparse.Namespace, say: Say) -> int:
    """Teach, try it on what it has not seen, write the file; 1 where that speaks against it."""
    camera, address = _camera(arguments, say)
    window = region(_area(address, arguments.zone, say))
    shown: Shown = np.ascontiguousarray if arguments.cropped else window.cut
    full = _pictures(arguments.full, shown, say)
    empty = _pictures(arguments.empty, shown, say)
    try:
        taught = teach(full, empty, camera=camera, zone=arguments.zone, at=Clock().now())
    except NotTaughtError as error:
        raise ConfigError(
            say(
                f"满的 {len(full)} 张、空的 {len(empty)} 张：每种至少要 5 张",
                f"{error}",
            )
        ) from error
    out = arguments.out or Path(f"{camera}-{arguments.zone}.taught.json")
    try:
        out.write_bytes(encode(taught))
    except OSError as error:
        raise ConfigError(f"{out}: {error.strerror or error}") from error
    sys.stdout.write(_report(taught, out, say))
    return 1 if doubts(taught.trial) else 0


def _camera(arguments: argparse.Namespace, say: Say) -> tuple[str, CameraAddress]:
    """The camera and how it looks: of a site file, or of a file of rules of its own.

    A site file that names a taught file which is not there yet is refused as any other is that
    names a missing file: teach first, or by a file of rules.
    """
    if arguments.rules:
        rules = read_rules(arguments.rules, arguments.lang)
        return rules.camera, rules.address
    found = load_site(arguments)
    cameras = {
        placed.device.id: placed.address
        for there in found.placed.values()
        for placed in there
        if isinstance(placed.address, CameraAddress)
    }
    if arguments.camera not in cameras:
        known = ", ".join(cameras) or say("没有", "none")
        raise ConfigError(
            say(f"--camera：站点里的摄像机：{known}", f"--camera: this site has: {known}")
        )
    return arguments.camera, cameras[arguments.camera]


def _area(address: CameraAddress, zone: str, say: Say) -> Corners:
    """The zone's corners."""
    found = address.zones.get(zone)
    if found is None or found.area is None:
        areas = [name for name, each in address.zones.items() if each.area]
        known = ", ".join(areas) or say("没有", "none")
        raise ConfigError(
            say(f"--zone：这台摄像机的区域：{known}", f"--zone: the areas of this camera: {known}")
        )
    return found.area


def _pictures(folder: Path, shown: Shown, say: Say) -> list[Image]:
    """Read a folder's pictures in the order of their names, as cameras number them."""
    if not folder.is_dir():
        raise ConfigError(say(f"{folder}：没有这个文件夹", f"{folder}: there is no such folder"))
    found = []
    for path in sorted(folder.iterdir())[:MOST]:
        if path.suffix.lower() not in PICTURES:
            continue
        image = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
        if image is None:
            raise ConfigError(say(f"{path}：不是图片", f"{path}: is no picture"))
        found.append(np.array(shown(np.asarray(image, np.uint8))))
    return found


def _report(taught: Taught, out: Path, say: Say) -> str:
    """How good it is on pictures it was not taught with, and what speaks against it."""
    trial = taught.trial
    lines = [
        say(
            f"学了 {trial.full} 张满的、{trial.empty} 张空的",
            f"taught with {trial.full} full and {trial.empty} empty",
        ),
        say(
            f"没见过的图片上：AUC {trial.auc:.2f}，判对 {trial.right:.0%}",
            f"on pictures it had not seen: AUC {trial.auc:.2f}, {trial.right:.0%} right",
        ),
    ]
    words = {
        "few": say(
            "每种不到 15 张：再拍些不同天气、时刻和装法的",
            "fewer than 15 of a kind: take more, in other weather, at other hours",
        ),
        "weak": say(
            "AUC 不到 0.8：还靠不住，区域画小一点或多给例子",
            "AUC below 0.8: not to be relied on; draw the zone closer, or give more examples",
        ),
    }
    lines += [say("注意：", "beware: ") + words[doubt] for doubt in doubts(trial)]
    lines.append(say(f"站点文件里写：taught_file: {out}", f"in the site file: taught_file: {out}"))
    return "\n".join(lines) + "\n"
