"""The gateway as whoever updates it sees it: restarted, asked whether it works, left in peace."""

from __future__ import annotations

import importlib.util
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final, TypeAlias

from edge.model import Lane, Text
from edge.update.manifest import ARCHITECTURES, Here
from edge.update.updates import STEADY_S, Hands

SYSTEMD: Final = ("systemctl", "restart", "whistle.service")

RESTART_S: Final = 240.0
"""The service's own limits for an end and a start, and some."""

REHEARSAL_S: Final = 120.0

LOOK_S: Final = 5.0

LONGEST_WORDS: Final = 500

Look: TypeAlias = Callable[[Path, str, float], tuple[int, Any]]
"""Asks the gateway that has this store: status and answer; `OSError` when none runs."""


def here(version: str, schemas: Mapping[str, int]) -> Here:
    """Return what this box is."""
    machine = platform.machine()
    return Here(
        version=version,
        architecture=ARCHITECTURES.get(machine, machine),
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        schemas=schemas,
    )


def hands_of(  # noqa: PLR0913 - what an update asks of the box
    site: Path,
    store: Path,
    look: Look,
    now: Callable[[], datetime],
    *,
    restart: Sequence[str] = SYSTEMD,
    steady_s: float = STEADY_S,
) -> Hands:
    """Return how the gateway of a site is restarted, asked and rehearsed."""
    return Hands(
        restart=lambda: _run(restart, RESTART_S),
        amiss=lambda: amiss(store, look),
        rehearse=lambda release: rehearsed(release, site, store),
        now=now,
        steady=time.monotonic,
        sleep=time.sleep,
        steady_s=steady_s,
    )


def amiss(store: Path, look: Look) -> Text | None:
    """Return what keeps the gateway from its work."""
    try:
        status, answer = look(store, "/readyz", LOOK_S)
    except OSError as error:
        return Text(f"网关没有应答：{error}", f"the gateway does not answer: {error}")
    if status == HTTPStatus.OK:
        return None
    reasons = answer.get("reasons", ()) if isinstance(answer, dict) else ()
    told = ", ".join(map(str, reasons)) or str(status)
    return Text(f"网关还没有工作：{told}", f"the gateway does not work: {told}")


def urgent(store: Path, look: Look) -> Text | None:
    """Return which alarm of life and limb is on: nothing is restarted then."""
    try:
        _, answer = look(store, "/api/v1/alarms?limit=100", LOOK_S)
    except OSError:
        return None
    items = answer.get("items", ()) if isinstance(answer, dict) else ()
    for alarm in items:
        if alarm["lane"] == Lane.LIFE_SAFETY and alarm["active"]:
            return Text(
                f"有生命安全报警 {alarm['key']}，这时不升级",
                f"an alarm of life and limb is on, {alarm['key']}: no update now",
            )
    return None


def rehearsed(release: Path, site: Path, store: Path) -> Text | None:
    """Let a release try the site file and copies of the databases, as the gateway's own account.

    Return why it could not do the work.
    """
    words = [str(release / "bin" / "whistle"), "update", "rehearse", str(site)]
    if importlib.util.find_spec("cv2") is not None:
        words.append("--with-vision")
    own = store.stat() if store.exists() else site.stat()
    account: dict[str, Any] = {}
    if os.geteuid() == 0:
        account = {"user": own.st_uid, "group": own.st_gid, "extra_groups": []}
    try:
        done = subprocess.run(  # noqa: S603 - a release that was verified
            words,
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=REHEARSAL_S,
            check=False,
            **account,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Text(f"新版本启动不了：{error}", f"the release does not even begin: {error}")
    if done.returncode == 0:
        return None
    told = done.stderr.decode(errors="replace").strip()[-LONGEST_WORDS:] or str(done.returncode)
    return Text(f"新版本不接受本机：{told}", f"the release does not take this box: {told}")


def _run(words: Sequence[str], seconds: float) -> None:
    try:
        subprocess.run(words, check=True, capture_output=True, timeout=seconds)  # noqa: S603 - root's own words
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode(errors="replace").strip()[-LONGEST_WORDS:]
        raise OSError(f"{words[0]}: {told or error.returncode}") from error
    except subprocess.TimeoutExpired as error:
        raise OSError(f"{words[0]}: {seconds:.0f} s") from error
