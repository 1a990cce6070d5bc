"""How an account of an alarm reads: a tree of conditions."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from edge.cli.account import lines_of
from edge.model import Text
from edge.rules.explain import Explained

TREE = Explained(
    words=Text("水压低", "Low pressure"),
    truth=False,
    since=datetime(2026, 6, 1, 4, tzinfo=UTC),
    until=datetime(2026, 6, 1, 4, 1, tzinfo=UTC),
    parts=(
        Explained(
            words=Text("以下全部成立", "all of these hold"),
            truth=None,
            parts=(
                Explained(words=Text("甲", "a"), truth=True, value=1.25, unit="kPa"),
                Explained(words=Text("乙", "b"), truth=False, value=True),
                Explained(words=Text("丙", "c"), truth=None),
                Explained(words=Text("丁", "d"), truth=True, value="on"),
            ),
        ),
    ),
)


def test_the_tree_in_words() -> None:
    """One line for each condition, indented, with a mark, its value now, and local times."""
    zone = ZoneInfo("Asia/Shanghai")
    delay = "since 2026-06-01 12:00:00, changes at 2026-06-01 12:01:00 if nothing else happens"
    assert list(lines_of(TREE, zone, lambda _, en: en)) == [
        f"Low pressure: is not active  ({delay})",
        "  ? all of these hold",
        "    ✓ a  [now 1.25 kPa]",
        "    ✗ b  [now yes]",
        "    ? c  [value unknown]",
        "    ✓ d  [now on]",
    ]
    assert list(lines_of(TREE, zone, lambda zh, _: zh)) == [
        "水压低: 无效  (自 2026-06-01 12:00:00，到 2026-06-01 12:01:00 改变)",
        "  ? 以下全部成立",
        "    ✓ 甲  [现为 1.25 kPa]",
        "    ✗ 乙  [现为 是]",
        "    ? 丙  [现值未知]",
        "    ✓ 丁  [现为 on]",
    ]
