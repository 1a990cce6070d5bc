"""Makes the round of a site and prints what was found."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from edge.cli.command import Say
from edge.cli.doctor.finding import Finding, look, ok, plain, wrong
from edge.cli.doctor.plan import Patient, broker_checks, checks
from edge.cli.doctor.round import findings
from edge.cli.doctor.running import of_gateway
from edge.cli.doctor.running_look import gateway
from edge.cli.doctor.telling import lines
from edge.cli.store import named_store
from edge.clock import Clock
from edge.config import Configuration, load
from edge.errors import ConfigError
from edge.files.problems import Language
from edge.files.text_file import read_text
from edge.files.yaml_file import parse
from edge.journal import JOURNAL_FILE
from edge.model import Text


def visit(arguments: argparse.Namespace, say: Say) -> int:
    """Look at everything; 1 when something is wrong. `ConfigError` where there is no site file."""
    if arguments.broker:
        found = findings(broker_checks(load(arguments.site, language=arguments.lang)), _progress)
    else:
        found = examined(arguments.site, arguments.lang)
    if arguments.json:
        for each in found:
            sys.stdout.write(json.dumps(plain(each), ensure_ascii=False) + "\n")
    else:
        for line in lines(found, say, colours=sys.stdout.isatty()):
            sys.stdout.write(f"{line}\n")
    return int(any(each.verdict == "wrong" for each in found))


def examined(path: Path, language: Language) -> list[Finding]:
    """Look at everything but what brokers do; `ConfigError` where there is no site file."""
    document = parse(read_text(path, path.name, language), path.name)
    store = named_store(path, language)
    configuration, first = _site(path)
    seen_gateway = gateway(store, (store / JOURNAL_FILE).with_suffix(".lock"))
    patient = Patient(
        document=document,
        folder=path.resolve().parent,
        store=store,
        configuration=configuration,
        seen=seen_gateway,
        now=Clock().now(),
    )
    return [first, of_gateway(seen_gateway), *findings(checks(patient), _progress)]


def _site(path: Path) -> tuple[Configuration | None, Finding]:
    """Read the site file; a person is told of the first mistake, `whistle check` tells all."""
    name, subject = "site.file", str(path)
    try:
        found = load(path)
    except ConfigError as error:
        count = len(error.problems)
        told = error.problems[0] if error.problems else None
        what = told.what if told else Text(str(error), str(error))
        seen = Text(f"{count} 处错误；{what.zh}", f"{count} mistakes; {what.en}")
        remedy = Text(f"whistle check {path} 全部列出", f"whistle check {path} tells all")
        return None, wrong(name, seen, remedy, subject)
    links, devices = len(found.links), len(found.site.devices)
    seen = Text(f"{links} 条链路，{devices} 台设备", f"{links} links, {devices} devices")
    if found.warnings:
        each = found.warnings[0]
        more = Text(f"{seen.zh}；{each.what.zh}", f"{seen.en}; {each.what.en}")
        return found, look(name, more, each.remedy, subject)
    return found, ok(name, seen, subject)


def _progress(done: int, of: int, missing: str) -> None:
    """Tell somebody at a terminal how far it is; a line that the next one overwrites."""
    if sys.stderr.isatty():
        told = f"{done}/{of} {missing}" if done < of else ""
        sys.stderr.write(f"\r\x1b[K{told[:78]}")
        sys.stderr.flush()
