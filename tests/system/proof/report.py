"""The verdict of a run as people read it, and as programs do."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final

from tests.system.proof.checker import Verdict
from tests.system.proof.latency import Recovery
from tests.system.proof.schedule import Planned

SHOWN: Final = 20
"""Findings of one sort that are shown."""


def as_json(verdict: Verdict, schedule: Sequence[Planned], **run: object) -> str:
    """Return everything."""
    told = {
        **run,
        "passed": not verdict.failures,
        **asdict(verdict),
        "schedule": [asdict(each) for each in schedule],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def as_markdown(verdict: Verdict, schedule: Sequence[Planned], **run: object) -> str:
    """Return a page."""
    return "\n".join(_page(verdict, schedule, run)) + "\n"


def summary(verdict: Verdict) -> str:
    """Return one line."""
    wrong = ", ".join(f"{name} {len(found)}" for name, found in verdict.failures.items())
    return (
        f"{verdict.acknowledged} 已应答 acknowledged · {len(verdict.lost)} 丢失 lost"
        f" · p99 {verdict.latency.p99:.2f} s · {wrong or '通过 passed'}"
    )


def _page(verdict: Verdict, schedule: Sequence[Planned], run: dict[str, object]) -> Iterator[str]:
    yield f"# 证明 / Proof: {'通过 passed' if not verdict.failures else '未通过 failed'}"
    yield ""
    yield " · ".join(f"{name} {value}" for name, value in run.items())
    yield ""
    yield "| | |"
    yield "|---|---|"
    measured = verdict.latency
    for words, value in (
        ("已应答的事件 / events acknowledged", verdict.acknowledged),
        ("平台收到的事件 / events at the platform", verdict.received),
        ("丢失 / lost", len(verdict.lost)),
        ("日志损坏时可失去 / forgotten with a damaged journal", verdict.excused),
        ("同编号的重复 / copies under the same id", verdict.copies),
        ("两个编号 / two ids for one event", len(verdict.doubled)),
        ("次序错误 / out of order", len(verdict.misordered) + len(verdict.overtaken)),
        ("重发而迟到 / late because sent again", verdict.late),
        ("始终未应答 / never acknowledged", len(verdict.unanswered)),
        ("网关自己退出 / ends of the gateway that nobody meant", len(verdict.deaths)),
        ("畅通时的生命安全报警 / life-safety alarms with nothing in their way", measured.count),
        ("延迟 p50 / latency p50", f"{measured.p50 * 1000:.0f} ms"),
        ("延迟 p99 / latency p99", f"{measured.p99 * 1000:.0f} ms"),
        ("最长 / longest", f"{measured.worst * 1000:.0f} ms"),
        ("连同故障最长 / longest of all, faults included", f"{verdict.longest:.1f} s"),
    ):
        yield f"| {words} | {value} |"
    yield from _faults(verdict)
    for name, found in verdict.failures.items():
        yield from ("", f"## {name}", "")
        yield from (f"- {each}" for each in found[:SHOWN])
        if len(found) > SHOWN:
            yield f"- … {len(found)}"
    yield from ("", "## 计划 / Schedule", "", "```", *map(str, schedule), "```")


def _faults(verdict: Verdict) -> Iterator[str]:
    felt: dict[str, list[Recovery]] = defaultdict(list)
    for each in verdict.recoveries:
        felt[each.kind].append(each)
    yield ""
    yield "| 故障 / fault | 次数 / times | 恢复 / recovery, longest |"
    yield "|---|---|---|"
    for kind, times in sorted(verdict.faults.items()):
        seconds = [each.seconds for each in felt[kind] if each.seconds is not None]
        yield f"| {kind} | {times} | {f'{max(seconds):.1f} s' if seconds else ''} |"
