"""The compose files of `docker/` as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ruamel.yaml import YAML

from tests.source_tree import ROOT

DOCKER: Final = ROOT / "docker"
COMPOSE: Final = ("compose.yaml", "compose.desk.yaml", "compose.influxdb.yaml")
BOX: Final = re.compile(r"\$\{WHISTLE_BOX[^}]*\}/")
"""How a path begins that `docker/prepare` makes."""

Section = Mapping[str, Any]


def compose(name: str) -> Section:
    """One file, with what is merged into each service."""
    found: Section = YAML(typ="safe", pure=True).load((DOCKER / name).read_text("utf-8"))
    return found


def _services() -> Iterator[tuple[str, Section]]:
    for name in COMPOSE:
        for service, section in compose(name)["services"].items():
            yield f"{name}:{service}", section


SERVICES: Final = dict(_services())
"""Every service of every file, called after both."""
