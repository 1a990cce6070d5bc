"""What people write: site files, profiles, rules, cases, expressions, durations, sizes."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

from edge.config import Configuration, load
from edge.config.history_section import parse_size
from edge.duration import parse_duration
from edge.errors import ConfigError
from edge.files.yaml_file import Tree, parse
from edge.profiles import Profiles, shipped
from edge.rules.expression import ExpressionError, Operand
from edge.rules.expression import parse as parse_expression
from edge.trial.case_file import load_cases
from tests.fuzz.target import Target, words
from tests.fuzz.trees import seeds_of, short, text_of
from tests.source_tree import ROOT

CASES: Final = ROOT / "tests" / "cases"
MOST: Final = 1024
"""Bytes of a text: a small site has room in it. The parser that says where a mistake is takes a
millisecond for each hundred."""
OPERANDS: Final = {
    "a": Operand(type="float", unit="°C"),
    "b": Operand(type="int"),
    "p": Operand(type="bool"),
    "s": Operand(type="str"),
}
VALUES: Final = (1e308, -(10**6), True, "x")
FORMULAS: Final = (
    b"a > 1.5 and not p",
    b"max(a, 2) - min(b, 3) * 2 >= 0 or s == 'open'",
    b"clamp(round(a), 0, 10) == abs(b) % 3",
    b"0 < a <= 10 and (b if p else 1) > 0",
)


@cache
def _profiles() -> Profiles:
    return Profiles(CASES / "good" / "profiles", shipped(), language="en")


@cache
def _site() -> Configuration:
    return load(CASES / "rules" / "built_in" / "site.yaml", profiles=_profiles(), language="en")


def _read(path: Path) -> bytes:
    return path.read_bytes()


def _tree(path: Path) -> Tree:
    return parse(path.read_text("utf-8"), path.name).tree


def _sites() -> Iterator[Tree]:
    """Sites of one link with one device, and a whole one."""
    for path in (CASES / "good" / "site.yaml", *sorted(CASES.glob("rules/*/site.yaml"))):
        whole = _tree(path)
        assert isinstance(whole, dict)
        links, devices = whole["links"], whole["devices"]
        assert isinstance(links, list)
        assert isinstance(devices, list)
        kept = ("site", "gateway", "buildings")
        shared: dict[str, Tree] = {name: whole[name] for name in kept if name in whole}
        for link in links:
            assert isinstance(link, dict)
            on = [each for each in devices if isinstance(each, dict) and each["link"] == link["id"]]
            yield {**shared, "links": [link], "devices": [*on[:1]]}
    yield whole


@cache
def _folder() -> Path:
    """Where each input is written in turn: to take a folder away takes longer than to parse."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    (Path(folder.name) / "sensors").mkdir()
    return Path(folder.name)


def _loaded(body: bytes) -> None:
    site = _folder() / "site.yaml"
    site.write_bytes(text_of(body, SITE_TREES))
    load(site, profiles=_profiles(), language="en")


def _profile(body: bytes) -> None:
    (_folder() / "sensors" / "x.yaml").write_bytes(text_of(body, PROFILE_TREES))
    Profiles(_folder(), shipped(), language="en").get("sensors/x")


def _cases(body: bytes) -> None:
    site, file = _site(), _folder() / "cases.yaml"
    file.write_bytes(text_of(body, CASE_TREES))
    load_cases([file], site.site, (), "en")


def _expression(body: bytes) -> None:
    expression = parse_expression(words(body), OPERANDS)
    expression.truth([VALUES[list(OPERANDS).index(name)] for name in expression.names])


SITES: Final = (
    _read(CASES / "good" / "site.yaml"),
    *map(_read, sorted(CASES.glob("rules/*/site.yaml"))),
    *map(_read, sorted(CASES.glob("broken/*/site.yaml"))),
)
SHIPPED: Final = sorted(ROOT.glob("firmware_configs/*/*.yaml"))
WRITTEN: Final = sorted(CASES.glob("rules/built_in/cases/*.yaml"))
SITE_TREES: Final = tuple(_sites())
PROFILE_TREES: Final = tuple(short(_tree(path)) for path in SHIPPED)
CASE_TREES: Final = tuple(map(_tree, WRITTEN))
TARGETS: Final = (
    Target(
        name="files.yaml",
        parse=lambda body: parse(words(body), "f"),
        seeds=SITES,
        most=MOST,
        seconds=5.0,
    ),
    Target(
        name="files.site",
        parse=_loaded,
        errors=(ConfigError,),
        seeds=(*SITES, *seeds_of(SITE_TREES)),
        most=MOST,
        seconds=10.0,
    ),
    Target(
        name="files.profile",
        parse=_profile,
        errors=(ConfigError,),
        seeds=(*map(_read, SHIPPED), *seeds_of(PROFILE_TREES)),
        most=MOST,
        seconds=10.0,
    ),
    Target(
        name="files.cases",
        parse=_cases,
        errors=(ConfigError,),
        seeds=(*map(_read, WRITTEN), *seeds_of(CASE_TREES)),
        most=MOST,
        seconds=10.0,
    ),
    Target(
        name="rules.expression",
        parse=_expression,
        errors=(ExpressionError,),
        seeds=FORMULAS,
        most=600,
    ),
    Target(
        name="files.duration",
        parse=lambda body: parse_duration(words(body)),
        errors=(ValueError,),
        seeds=(b"10s", b"90min", b"500ms", b"7d"),
        most=64,
    ),
    Target(
        name="files.size",
        parse=lambda body: parse_size(words(body)),
        errors=(ValueError,),
        seeds=(b"1GB", b"500MB"),
        most=64,
    ),
)
