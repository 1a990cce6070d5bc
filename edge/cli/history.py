"""`whistle history`: what was read, as a file for others."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, Final

import apsw

from edge.cli.command import Say, instant_in, load_site
from edge.clock import Clock
from edge.errors import ConfigError
from edge.history.export import Wanted, pieces
from edge.history.history import HISTORY_FILE
from edge.history.look import Look, looking
from edge.history.parquet import ParquetSheet
from edge.history.rows import micros
from edge.history.schema import UnknownFile
from edge.history.selection import Selection, labels
from edge.history.sheets import CsvSheet, Sheet
from edge.site import Site

USUAL: Final = timedelta(days=1)


def add_history(command: argparse.ArgumentParser, say: Say) -> None:
    """Add what it takes."""
    verbs = command.add_subparsers(required=True, metavar=say("动作", "VERB"))
    what = say("导出为 CSV 或 Parquet", "write them as CSV or Parquet")
    parser = verbs.add_parser("export", help=what, description=what)
    parser.add_argument("--lang", choices=["zh", "en"], default=argparse.SUPPRESS)
    parser.add_argument("site", type=Path, help=say("站点文件", "the site file"))
    _add_choice(parser, say)
    parser.add_argument("--format", choices=["csv", "parquet"], default="csv")
    parser.add_argument(
        "--encoding",
        choices=["utf-8-sig", "utf-8"],
        default="utf-8-sig",
        help=say("CSV：utf-8-sig 供 Excel", "of CSV: utf-8-sig is for Excel"),
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help=say("默认标准输出", "or standard output")
    )
    parser.set_defaults(run=lambda arguments: _export(arguments, say))


def _add_choice(parser: argparse.ArgumentParser, say: Say) -> None:
    """Which points, and which time."""
    parser.add_argument(
        "--points",
        action="append",
        metavar="PATTERN",
        help=say("如 lift-*/speed，可多次；默认全部", "such as lift-*/speed, repeatable; or all"),
    )
    for name, words in (
        ("kind", say("某类设备", "of this kind of device")),
        ("building", say("某栋楼", "in this building")),
        ("floor", say("某层", "on this floor")),
    ):
        parser.add_argument(f"--{name}", default="", help=words)
    when = say("站点当地时间，如 2026-10-01", "in the site's time, such as 2026-10-01")
    parser.add_argument("--from", dest="since", metavar="DATE", help=when)
    parser.add_argument("--to", dest="until", metavar="DATE", help=say("默认现在", "or now"))
    parser.add_argument(
        "--resolution",
        choices=["raw", "minute", "hour"],
        default="raw",
        help=say("逐条，或每分钟、每小时汇总", "each reading, or minutes or hours"),
    )


def _export(arguments: argparse.Namespace, say: Say) -> int:
    found = load_site(arguments)
    site, path = found.site, found.store / HISTORY_FILE
    if not path.exists():
        raise ConfigError(
            say(
                f"{path}：没有历史；网关运行过吗？",
                f"{path}: there is no history; has the gateway ever run?",
            )
        )
    try:
        with looking(path) as look:
            wanted = _wanted(arguments, look, site, say)
            if arguments.output is None:
                _write(sys.stdout.buffer, look, wanted, _sheet(arguments, wanted, site, say))
            else:
                sheet = _sheet(arguments, wanted, site, say)
                with arguments.output.open("wb") as file:
                    _write(file, look, wanted, sheet)
    except (apsw.Error, UnknownFile, OSError) as error:
        raise ConfigError(say(f"导出失败：{error}", f"it cannot be exported: {error}")) from error
    return 0


def _wanted(arguments: argparse.Namespace, look: Look, site: Site, say: Say) -> Wanted:
    selection = Selection(
        points=arguments.points or (),
        kind=arguments.kind,
        building=arguments.building,
        floor=arguments.floor,
    )
    points = [name for name in look.names(selection.patterns) if selection.fits(name, site)]
    if not points:
        raise ConfigError(say("没有这样的点有过读数", "no such point has ever been read"))
    until = instant_in(arguments.until, site.timezone, say) if arguments.until else Clock().now()
    since = instant_in(arguments.since, site.timezone, say) if arguments.since else until - USUAL
    return Wanted(
        points=points,
        since=micros(since),
        until=micros(until),
        resolution=arguments.resolution,
        labels=labels(points, site),
    )


def _sheet(arguments: argparse.Namespace, wanted: Wanted, site: Site, say: Say) -> Sheet:
    if arguments.format == "csv":
        return CsvSheet(wanted, site.timezone, arguments.encoding)
    try:
        return ParquetSheet(wanted)
    except ImportError as error:
        raise ConfigError(
            say(
                "导出 Parquet 需要 pyarrow；安装 whistle[parquet]，或用 --format csv",
                "Parquet needs pyarrow: install whistle[parquet], or use --format csv",
            )
        ) from error


def _write(file: BinaryIO, look: Look, wanted: Wanted, sheet: Sheet) -> None:
    file.write(sheet.begin())
    file.writelines(sheet.add(lines) for lines in pieces(look, wanted))
    file.write(sheet.end())
