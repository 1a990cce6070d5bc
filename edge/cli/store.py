"""Finds the store of a site, be its site file wrong: that is when one has to get in."""

from __future__ import annotations

import argparse
from pathlib import Path

from edge.cli.command import Say
from edge.errors import ConfigError
from edge.files.problems import Language
from edge.files.text_file import read_text
from edge.files.yaml_file import parse
from edge.site import USUAL_STORE


def add_site(parser: argparse.ArgumentParser, say: Say) -> None:
    """Let a command be given a site file, or the folder itself."""
    parser.add_argument("site", type=Path, nargs="?", help=say("站点文件", "the site file"))
    parser.add_argument(
        "--store",
        type=Path,
        help=say("存储目录；站点文件读不了时用", "its store, where the site file cannot be read"),
    )


def store_of(arguments: argparse.Namespace, say: Say) -> Path:
    """Return the store; of the site file no more is read than where that is."""
    if arguments.store is not None:
        store: Path = arguments.store
    elif arguments.site is not None:
        store = named_store(arguments.site, arguments.lang)
    else:
        raise ConfigError(say("请给出站点文件，或 --store 目录", "name the site file, or --store"))
    if not store.is_dir():
        raise ConfigError(
            say(
                f"{store}：没有这个存储目录；网关运行过吗？也可用 --store 指明",
                f"{store}: there is no such store; has the gateway ever run? --store names another",
            )
        )
    return store


def named_store(site: Path, language: Language) -> Path:
    """Return the store that a site file names, be it there or not."""
    document = parse(read_text(site, site.name, language), site.name)
    said = document.at(("gateway", "store"))
    return site.resolve().parent / (said if isinstance(said, str) and said else USUAL_STORE)
