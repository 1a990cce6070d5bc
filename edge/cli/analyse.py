"""`whistle vision analyse`: runs a recording through a camera's rules and prints what happens."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from edge.cli.command import Say, load_site
from edge.cli.models_folder import folder_of
from edge.config import Configuration
from edge.errors import ConfigError
from edge.vision.analyse import Analysis, AskedOnce, Line
from edge.vision.analyse_clip import Clip
from edge.vision.analyse_rules import Rules, read_rules
from edge.vision.analyse_words import clock, row
from edge.vision.camera.looker import Looker
from edge.vision.detect.client import LocalDetector
from edge.vision.sections.zone import CameraAddress

PROGRESS_S: Final = 1.0
"""Between two words on how far it is, on a screen."""

WIPED: Final = "\r\x1b[K"
"""To the beginning of the line, and empty it."""

SOMETIME: Final = datetime(2000, 1, 1, 12)  # noqa: DTZ001 - at noon in any time zone
"""When a recording began of which nobody says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """What to look for, and where models lie."""

    rules: Rules
    models: tuple[Path, ...]


def analyse(arguments: argparse.Namespace, say: Say) -> int:
    """Run it; return the exit status: 1 where a model was missing."""
    task = _task(arguments, say)
    rules = task.rules
    began = arguments.starts or SOMETIME
    if began.tzinfo is None:
        began = began.replace(tzinfo=rules.timezone)
    clip = Clip(arguments.file, began.astimezone(UTC), rules.address, arguments.lang)
    detector = LocalDetector(task.models)
    ask = AskedOnce(lambda image: detector.ask(image, rules.model, 0.0))
    looker = Looker(rules.address, rules.timezone, ask, camera=rules.camera)
    analysis = Analysis(looker, rules.address.health, image=clip.image)
    started = time.monotonic()
    zones = {zone: section.name.plain() for zone, section in rules.address.zones.items()}
    for line in _with_progress(analysis, analysis.lines(clip.frames()), say):
        text = _json(line) if arguments.json else row(line, zones, say)
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    _sum_up(analysis, looker, time.monotonic() - started, say)
    return 1 if looker.missing else 0


def _task(arguments: argparse.Namespace, say: Say) -> _Task:
    arguments.folder = arguments.models
    folder = folder_of(arguments)
    if arguments.models and not folder.is_dir():
        raise ConfigError(say(f"{folder}：没有这个文件夹", f"{folder}: there is no such folder"))
    if arguments.rules:
        rules = read_rules(arguments.rules, arguments.lang)
    else:
        rules = _of_site(load_site(arguments), arguments.camera, say)
    return _Task(rules=rules, models=(folder,))


def _of_site(found: Configuration, wanted: str | None, say: Say) -> Rules:
    """The rules of one camera; of the only one where none is named."""
    cameras = {
        placed.device.id: placed.address
        for there in found.placed.values()
        for placed in there
        if isinstance(placed.address, CameraAddress)
    }
    camera = wanted or (next(iter(cameras)) if len(cameras) == 1 else "")
    if camera not in cameras:
        known = ", ".join(cameras) or say("没有", "none")
        raise ConfigError(
            say(
                f"--camera：站点里的摄像机：{known}",
                f"--camera: the cameras of this site: {known}",
            )
        )
    address = cameras[camera]
    return Rules(
        address=address,
        timezone=found.site.timezone,
        model=address.detector or found.vision.objects,
        camera=camera,
    )


def _json(line: Line) -> str:
    return msgspec.json.encode(line).decode()


def _with_progress(analysis: Analysis, lines: Iterable[Line | None], say: Say) -> Iterator[Line]:
    """Yield the lines; on a terminal say now and then how far it is, and wipe that away again."""
    seen = sys.stderr.isatty()
    told = time.monotonic()
    for line in lines:
        if line is not None:
            if seen:
                sys.stderr.write(WIPED)
            yield line
        elif seen and time.monotonic() - told >= PROGRESS_S:
            told = time.monotonic()
            span = clock(analysis.seconds)
            sys.stderr.write(WIPED + say(f"已到 {span}", f"at {span}"))
            sys.stderr.flush()
    if seen:
        sys.stderr.write(WIPED)


def _sum_up(analysis: Analysis, looker: Looker, took_s: float, say: Say) -> None:
    """Say what was done, and what was lacking, to who waits for it."""
    times = analysis.seconds / took_s if took_s > 0 else 0.0
    span = clock(analysis.seconds)
    sys.stderr.write(
        say(
            f"{analysis.frames} 帧，{span}，用时 {took_s:.1f} 秒，实时的 {times:.1f} 倍；"
            f"分析 {looker.analysed} 帧，其中 {looker.wanted} 帧检测目标\n",
            f"{analysis.frames} pictures, {span}, in {took_s:.1f} s: {times:.1f} × real time;"
            f" {looker.analysed} analysed, {looker.wanted} of them for objects\n",
        )
    )
    for name, why in looker.unable.items():
        sys.stderr.write(say(f"{name} 没有判断：{why}\n", f"{name} told nothing: {why}\n"))
    if looker.missing:
        sys.stderr.write(
            say(
                f"缺少模型，需要它的事件没有判断：{looker.missing}\n",
                f"a model is lacking, so nothing was told that needs it: {looker.missing}\n",
            )
        )
