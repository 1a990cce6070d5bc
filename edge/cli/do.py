"""`whistle do`: tell a device something, and see what became of it."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
import uuid
from pathlib import Path

from edge.cli.command import Say, load_site
from edge.cli.local import ask
from edge.model import Value


def add_do(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        body = {
            "id": f"local-{uuid.uuid4()}",
            "device": arguments.device,
            "action": arguments.action,
            "by": getpass.getuser(),
            "args": dict(arguments.args),
            "seconds": arguments.seconds,
        }
        result = ask(load_site(arguments).store, "POST", "/commands", say, body)
        sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
        return 0 if result["outcome"] == "done" else 1

    command.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    command.add_argument("device", help=say("设备", "the device"))
    command.add_argument("action", help=say("动作，见设备型号", "an action of its profile"))
    command.add_argument("args", nargs="*", type=_argument, help="name=value")
    command.add_argument("--seconds", type=int, default=15, help=say("多久后作罢", "give up after"))
    command.set_defaults(run=run)


def _argument(text: str) -> tuple[str, Value]:
    """Read `name=value`: a number or true and false where it looks like one."""
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text}: write name=value")
    try:
        parsed = json.loads(value)
    except ValueError:
        return name, value
    return name, parsed if isinstance(parsed, bool | int | float) else value
