"""`whistle vision`: a camera's rules tried on a recording, and what is taught by example."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from edge.cli.command import Say
from edge.cli.models_folder import need_vision

Verb: TypeAlias = Callable[[str, str], argparse.ArgumentParser]


def add_vision(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""
    verbs = command.add_subparsers(required=True, metavar=say("动作", "VERB"))

    def verb(name: str, what: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=what, description=what)
        parser.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
        return parser

    _add_analyse(verb, say)
    _add_teach(verb, say)


def _add_analyse(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        need_vision(say)
        from edge.cli.analyse import analyse  # noqa: PLC0415 - loads OpenCV and ONNX Runtime

        return analyse(arguments, say)

    what = say("分析一段录像或一张图片，列出事件", "tell what a recording or a picture shows")
    command = verb("analyse", what)
    command.add_argument("file", type=Path, help="MP4, MKV, GIF, JPEG, PNG")
    _add_whose(command, say)
    command.add_argument("--models", type=Path, help=say("模型文件夹", "the folder of the models"))
    command.add_argument(
        "--starts",
        type=datetime.fromisoformat,
        help=say("录像的开始时刻，如 2026-01-01T22:00", "when it began: 2026-01-01T22:00"),
    )
    command.add_argument("--json", action="store_true", help=say("每行一个 JSON", "JSON lines"))
    command.set_defaults(run=run)


def _add_teach(verb: Verb, say: Say) -> None:
    def run(arguments: argparse.Namespace) -> int:
        from edge.cli import teach  # noqa: PLC0415 - loads OpenCV

        return teach.run(arguments, say)

    what = say("用图片教它什么样算满", "teach by pictures what a full bin looks like")
    command = verb("teach", what)
    _add_whose(command, say)
    command.add_argument("--zone", required=True, help=say("它的哪个区域", "which of its zones"))
    full = say("满的图片所在文件夹", "the folder with pictures of it full")
    command.add_argument("--full", type=Path, required=True, help=full)
    empty = say("不满的图片所在文件夹", "the folder with pictures of it not full")
    command.add_argument("--empty", type=Path, required=True, help=empty)
    cropped = say("图片只有这个区域，不是整幅", "pictures show the zone alone, not all")
    command.add_argument("--cropped", action="store_true", help=cropped)
    command.add_argument("--out", type=Path, help=say("写到哪个文件", "the file to write"))
    command.set_defaults(run=run)


def _add_whose(command: argparse.ArgumentParser, say: Say) -> None:
    """Whose zones count: those of a camera of a site, or of a file that has them alone."""
    rules = command.add_mutually_exclusive_group(required=True)
    rules.add_argument("--site", type=Path, help=say("站点文件", "the site file"))
    rules.add_argument(
        "--rules",
        type=Path,
        help=say("写有摄像机 address 的文件", "a file with a camera's address"),
    )
    command.add_argument("--camera", help=say("站点里的哪台摄像机", "which camera of the site"))
