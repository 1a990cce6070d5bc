"""Whether a release that the platform offers can be taken, and whether it may be installed now."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Final
from urllib.parse import urlsplit

from cloud_bridge.wire.offers import MAX_RELEASE_BYTES, Offer, WindowDoc
from edge.config import Configuration
from edge.model import Alarm, Lane, Text
from edge.update.manifest import order_of
from edge.update.refused import Refused

HTTPS_PORT: Final = 443

NO_BOX: Final = Text(
    "这里没有安装版本，升级由别处负责", "no release is installed here: something else updates it"
)
TRYING: Final = Text("有配置在试运行", "a configuration is on trial")
CLOSED: Final = Text("不在允许安装的时段", "it is outside the hours in which it may be installed")
EXPIRED: Final = Text("到期仍未安装", "it expired before it could be installed")
TAKEN: Final = Text(
    "放好的文件不见了，没有安装", "what was laid ready was taken away and not installed"
)


def unfit(offer: Offer, configuration: Configuration, runs: str) -> Text | None:
    """Why it cannot be taken, whoever has signed it; `runs` is the version, empty without a box."""
    if not runs:
        return NO_BOX
    section = configuration.updates
    if section is None or _server(offer.url) != _server(section.url):
        return Text(
            "站点文件的 updates 没有写这台服务器",
            "the section updates of the site file names another server, or there is none",
        )
    if offer.size > MAX_RELEASE_BYTES:
        most = MAX_RELEASE_BYTES // 1_000_000
        return Text(f"太大：最多 {most} MB", f"too large: {most} MB at most")
    try:
        newer = order_of(offer.version) > order_of(runs)
    except Refused as why:
        return why.words
    if not newer:
        return Text(f"不比正在运行的 {runs} 新", f"it is not newer than {runs}, which runs")
    return None


def _server(url: str) -> tuple[str, int] | None:
    try:
        parts = urlsplit(url)
        return (parts.hostname or "").lower(), parts.port or HTTPS_PORT
    except ValueError:
        return None


def urgent(active: Iterable[Alarm]) -> Text | None:
    """Why nothing is fetched or installed now: an alarm of life and limb is on."""
    for alarm in active:
        if alarm.raised.lane is Lane.LIFE_SAFETY:
            return Text(
                f"有生命安全报警 {alarm.key}", f"an alarm of life and limb is on: {alarm.key}"
            )
    return None


def is_open(window: WindowDoc | None, now: datetime) -> bool:
    """Whether it may be installed at this local time; a window may go over midnight."""
    if window is None:
        return True
    begins, ends, at = _time(window.begins), _time(window.ends), now.time()
    if begins < ends:
        return begins <= at < ends
    return at >= begins or at < ends


def _time(text: str) -> time:
    return time.fromisoformat(text)
