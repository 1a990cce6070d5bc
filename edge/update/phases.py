"""What the steps of a release are called that the platform has offered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from edge.model import OfferPhase, Text

PHASES: Final[Mapping[OfferPhase, Text]] = {
    "accepted": Text("正在下载", "is fetched"),
    "fetched": Text("已下载", "is here"),
    "waiting": Text("已下载，在等待", "is here, and waits"),
    "installing": Text("正在安装", "is installed now"),
    "installed": Text("已安装", "was installed"),
    "failed": Text("没有装上，运行的是之前的版本", "was not installed; the version before it runs"),
    "refused": Text("没有接受", "was not taken"),
}

BEFORE: Final = frozenset({"accepted", "fetched", "waiting"})
"""Of these its hours still matter."""

MISSED: Final = frozenset({"failed", "refused"})
