"""`whistle enrol`: a code with which whoever stands before the gateway becomes its admin."""

from __future__ import annotations

import argparse
import sys

from edge.cli.command import Say
from edge.cli.local import ask
from edge.cli.store import add_site, store_of


def add_enrol(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""

    def run(arguments: argparse.Namespace) -> int:
        said = ask(store_of(arguments, say), "POST", "/enrolment", say)
        sys.stdout.write(f"{said['code']}\n")
        sys.stderr.write(
            say(
                "在网关页面的 /enrol 输入此码：24 小时内有效，只能用一次，之前的码作废。\n"
                "可新建管理员；写已有管理员的名称，则为其重设密码。\n",
                "Type it at /enrol on the gateway's page: once, within 24 hours; codes made before"
                " are void.\nIt makes an admin, or gives one of that name a new password.\n",
            )
        )
        return 0

    add_site(command, say)
    command.set_defaults(run=run)
