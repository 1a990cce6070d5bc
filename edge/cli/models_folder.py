"""Finds the folder that models lie in, and what has to be installed for trying them."""

from __future__ import annotations

import argparse
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from edge.cli.command import Say
from edge.cli.store import named_store
from edge.errors import ConfigError
from edge.files.text_file import read_text
from edge.files.yaml_file import parse

PACKAGES: Final = {
    "numpy": "numpy",
    "cv2": "opencv-python-headless",
    "onnxruntime": "onnxruntime",
}
"""What looking at pictures needs, by the name it is imported under."""

IN_STORE: Final = "models"


def add_folder(parser: argparse.ArgumentParser, say: Say) -> None:
    """Let a command be told where the models are."""
    parser.add_argument(
        "--folder",
        type=Path,
        help=say(
            "模型目录；不写则用站点的，或 WHISTLE_MODELS，或 ~/.local/share/whistle/models",
            "of the models; else the site's, or WHISTLE_MODELS, or ~/.local/share/whistle/models",
        ),
    )
    parser.add_argument("--site", type=Path, help=say("站点文件", "the site file"))


def folder_of(arguments: argparse.Namespace) -> Path:
    """Return the folder, be it there or not; what is named on the command line goes first."""
    folder: Path | None = arguments.folder
    if folder is not None:
        return folder
    if arguments.site is not None:
        return _of_site(arguments)
    if named := os.environ.get("WHISTLE_MODELS"):
        return Path(named)
    shared = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(shared) / "whistle" / "models"


def need_vision(say: Say) -> None:
    """Refuse, with what to install, where the packages for pictures are not there."""
    lacking = [package for name, package in PACKAGES.items() if find_spec(name) is None]
    if lacking:
        names = " ".join(lacking)
        raise ConfigError(
            say(
                f"缺少软件包 {names}；安装：pip install 'whistle[vision]'",
                f"packages are missing: {names}; install them: pip install 'whistle[vision]'",
            )
        )


def _of_site(arguments: argparse.Namespace) -> Path:
    site: Path = arguments.site
    document = parse(read_text(site, site.name, arguments.lang), site.name)
    named = document.at(("vision", "models"))
    if isinstance(named, str) and named:
        return site.resolve().parent / named
    return named_store(site, arguments.lang) / IN_STORE
