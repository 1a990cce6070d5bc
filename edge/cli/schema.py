"""`whistle schema`: JSON Schemas for editors; the contract."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from edge.cli.command import Say
from edge.config.json_schema import schema_text


def add_schema(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        if arguments.which == "contract":
            from cloud_bridge.contract import write_contract  # noqa: PLC0415 - of no use to a gateway

            write_contract(arguments.folder)
        else:
            sys.stdout.write(schema_text(arguments.which))
        return 0

    command.add_argument(
        "which", nargs="?", choices=["site", "profile", "contract"], default="site"
    )
    command.add_argument(
        "folder",
        nargs="?",
        type=Path,
        default=Path("docs/contract"),
        help=say("contract 写到哪个目录", "where `contract` is written"),
    )
    command.set_defaults(run=run)
