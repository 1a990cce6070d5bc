"""What people write: site files, profiles, rules, cases, expressions, durations, sizes."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from edge.config import Configuration, load
from edge.config.history_section import parse_size
from edge.duration import parse_duration
from edge.errors import ConfigError
from edge.files.yaml_file import parse
from edge.profiles import Profiles, shipped
from edge.rules.expression import ExpressionError, Operand
from edge.rules.expression import parse as parse_expression
from edge.trial.case_file import load_cases
from tests.fuzz.target import Target, words
from tests.source_tree import ROOT

CASES: Final = ROOT / "tests" / "cases"
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


def _loaded(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site.yaml"
        site.write_bytes(body)
        load(site, profiles=_profiles(), language="en")


def _profile(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "sensors").mkdir()
        (Path(folder) / "sensors" / "x.yaml").write_bytes(body)
        Profiles(Path(folder), shipped(), language="en").get("sensors/x")


def _cases(body: bytes) -> None:
    site = _site()
    with tempfile.NamedTemporaryFile(suffix=".yaml") as file:
        file.write(body)
        file.flush()
        load_cases([Path(file.name)], site.site, (), "en")


def _expression(body: bytes) -> None:
    expression = parse_expression(words(body), OPERANDS)
    expression.truth([VALUES[list(OPERANDS).index(name)] for name in expression.names])


SITES: Final = (
    _read(CASES / "good" / "site.yaml"),
    *map(_read, sorted(CASES.glob("rules/*/site.yaml"))),
    *map(_read, sorted(CASES.glob("broken/*/site.yaml"))),
)
SHIPPED: Final = tuple(map(_read, sorted(ROOT.glob("firmware_configs/*/*.yaml"))))
TARGETS: Final = (
    Target(name="files.yaml", parse=lambda body: parse(words(body), "f"), seeds=SITES, seconds=5.0),
    Target(
        name="files.site",
        parse=_loaded,
        errors=(ConfigError,),
        seeds=SITES,
        most=8192,
        seconds=10.0,
    ),
    Target(
        name="files.profile",
        parse=_profile,
        errors=(ConfigError,),
        seeds=SHIPPED,
        most=8192,
        seconds=10.0,
    ),
    Target(
        name="files.cases",
        parse=_cases,
        errors=(ConfigError,),
        seeds=tuple(map(_read, sorted(CASES.glob("rules/built_in/cases/*.yaml")))),
        most=8192,
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
