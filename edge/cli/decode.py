"""`whistle decode`: frames made readable."""

from __future__ import annotations

import argparse
import json
import sys

from edge.cli.command import Say
from edge.drivers.gb26875.describe import decode_json


def add_decode(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        one = arguments.hex != "-"
        lines = [arguments.hex] if one else (line for line in sys.stdin if line.strip())
        well = True
        for line in lines:
            told = decode_json(line, arguments.dialect)
            well = well and told["ok"] is True
            sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return 0 if well else 1

    command.add_argument("protocol", choices=["gb26875"], help=say("协议", "the protocol"))
    command.add_argument("hex", help=say("十六进制；- 表示逐行读标准输入", "hex, or - for stdin"))
    command.add_argument("--dialect", default="std", help="std, dgiot, dahua-bcd")
    command.set_defaults(run=run)
