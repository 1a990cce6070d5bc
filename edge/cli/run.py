"""`whistle run`: the gateway of a site."""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import resource
import sys
from functools import partial
from pathlib import Path
from typing import Final

from edge import logs
from edge.cli.command import Say
from edge.files.problems import screen
from edge.gateway import Daemon
from edge.loop import new_loop
from edge.precedence import take_precedence

HANDS_OVER_S: Final = 0.0005
"""After so long a thread that computes lets another one compute; Python's own 5 ms are the time in
which an alarm is on the disk."""

OWN_ONLY: Final = 0o077
"""What is taken away from all that is made: who passed where is no other account's business."""


def add_run(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        gc.freeze()  # what was loaded stays: nobody need look whether it is in use
        # Keys, passwords and cookies are in memory: a dump would hold them all.
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        os.umask(OWN_ONLY)
        sys.setswitchinterval(HANDS_OVER_S)
        tail = logs.Tail()
        logs.configure(arguments.log, tail=tail)
        from edge.cli.backup.first_start import (  # noqa: PLC0415 - no command but this needs it
            place_prepared,
            prepare,
        )

        place_prepared(arguments.site)
        daemon = Daemon(arguments.site, arguments.lang, tail, partial(prepare, arguments.site))
        if daemon.problems:
            sys.stderr.write(f"{screen(daemon.problems, arguments.lang)}\n")
        take_precedence()
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(daemon.run())
        if daemon.begins_anew:  # as the process that the service knows
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves
        return 0

    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument(
        "--log", choices=["text", "json"], default="text", help=say("日志格式", "form of the log")
    )
    command.set_defaults(run=run)
