"""Makes checks side by side: none of them holds up the others, or the end."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import apsw

from edge.cli.doctor.finding import Finding, not_made
from edge.cli.doctor.words import both
from edge.errors import GatewayError
from edge.model import Text

LONGEST_S: Final = 12.0
"""For all of them together; each ends by itself before that, unless the system hangs."""

_HANGS: Final = Text(
    "磁盘、名称服务或设备不响应；单独查它",
    "a disk, a name server or a device does not answer: look at that alone",
)
_FAULT: Final = Text("可能是程序缺陷；把上面的错误报告给开发者", "report what is said above")

Progress: TypeAlias = Callable[[int, int, str], None]
"""Told how many of how many are done, and one that is still waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing to be looked at, in a thread of its own; `subject` is which of several."""

    name: str
    subject: str = ""
    make: Callable[[], Sequence[Finding]]


def findings(
    checks: Sequence[Check], progress: Progress, longest_s: float = LONGEST_S
) -> list[Finding]:
    """Return what was found, in the order of the checks; one that hangs is told as such."""
    done: queue.Queue[tuple[int, Sequence[Finding]]] = queue.Queue(len(checks))
    for number, check in enumerate(checks):
        # A daemon: a call that the kernel holds up must not hold up the end of the program.
        threading.Thread(
            target=_make, args=(number, check, done), name=check.name, daemon=True
        ).start()
    deadline = time.monotonic() + longest_s
    found: dict[int, Sequence[Finding]] = {}
    while len(found) < len(checks):
        missing = next(check for n, check in enumerate(checks) if n not in found)
        progress(len(found), len(checks), f"{missing.name} {missing.subject}".strip())
        try:
            number, told = done.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            break
        found[number] = told
    progress(len(checks), len(checks), "")
    late = Text(f"{longest_s:.0f} 秒内没有完成", f"not done within {longest_s:.0f} s")
    return [
        finding
        for number, check in enumerate(checks)
        for finding in found.get(number, (not_made(check.name, late, _HANGS, check.subject),))
    ]


def _make(number: int, check: Check, done: queue.Queue[tuple[int, Sequence[Finding]]]) -> None:
    told: Sequence[Finding] = (
        not_made(
            check.name, Text("检查本身出错", "the check itself failed"), _FAULT, check.subject
        ),
    )
    try:
        told = check.make()
    except (OSError, ValueError, apsw.Error, GatewayError) as error:
        reason = both(str(error) or type(error).__name__)
        remedy = Text("检查路径与权限", "check paths and permissions")
        told = (not_made(check.name, reason, remedy, check.subject),)
    finally:
        done.put((number, told))
