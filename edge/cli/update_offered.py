"""What the platform has offered, as the gateway that runs says it."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from edge.cli.command import Say
from edge.cli.local import look
from edge.cli.store import named_store
from edge.update.phases import BEFORE, PHASES

LOOK_S: Final = 5.0

MB: Final = 1_000_000


def offered(site: Path, say: Say) -> str:
    """Return it as lines of text; nothing where no gateway runs, or none was offered."""
    if not site.exists():
        return ""
    store = named_store(site, "zh")
    try:
        status, answer = look(store, "/api/v1/standing", LOOK_S)
    except OSError:
        return ""
    known = status == HTTPStatus.OK and isinstance(answer, dict)
    update = answer.get("update") if known else None
    return _told(update, say) if isinstance(update, dict) else ""


def _told(update: dict[str, Any], say: Say) -> str:
    done = PHASES[update["state"]]
    had, size = (f"{update[key] / MB:.1f}" for key in ("had", "size"))
    reason, release, number = update["reason"], update["release"], update["offer"]
    lines = [
        say(
            f"平台提供（第 {number} 号）：{release} {done.zh}，{had} / {size} MB",
            f"offered by the platform ({number}): {release} {done.en}, {had} of {size} MB",
        )
    ]
    if reason["en"]:
        lines.append(f"  {say(reason['zh'], reason['en'])}")
    if update["state"] in BEFORE:
        if update["begins"]:
            begins, ends = update["begins"], update["ends"]
            hours = f"  安装时段 {begins}–{ends}"
            lines.append(say(hours, f"  to be installed between {begins} and {ends}"))
        until = f"{update['expires'][:16].replace('T', ' ')}Z"
        lines.append(say(f"  {until} 前有效", f"  until {until}"))
    return "".join(f"{line}\n" for line in lines)
