"""One line for a person about each event."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cloud_bridge.wire import Bilingual, Data
from cloud_bridge.wire.documents import (
    AccessData,
    ClearedData,
    CommandData,
    DeliveryData,
    DeviceStateData,
    DroppedData,
    GatewayData,
    LinkData,
    RaisedData,
    ReportData,
    ResetData,
)

_WORDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "granted": ("通行", "passed"),
        "denied": ("拒绝通行", "denied"),
        "duress": ("胁迫开门", "duress"),
        "forced": ("强行开门", "door forced"),
        "held_open": ("门长时间未关", "door held open"),
        "closed": ("门已关", "door closed"),
        "online": ("上线", "online"),
        "offline": ("离线", "offline"),
        "degraded": ("部分异常", "degraded"),
        "started": ("已启动", "started"),
        "stopping": ("正在停止", "stopping"),
        "done": ("已执行", "done"),
        "rejected": ("被设备拒绝", "rejected"),
        "expired": ("已过期", "expired"),
        "failed": ("失败", "failed"),
    }
)


def _say(key: str) -> Bilingual:
    zh, en = _WORDS.get(key, (key, key))
    return Bilingual(zh=zh, en=en)


def _join(first: Bilingual, *rest: str) -> Bilingual:
    more = "".join(f" · {word}" for word in rest if word)
    return Bilingual(zh=first.zh + more, en=first.en + more)


def describe(data: Data | None) -> Bilingual:  # noqa: C901, PLR0911 - one line for each kind
    """What happened, in both languages; empty when this version does not know the type."""
    match data:
        case RaisedData():
            return data.alarm.text or _say(data.alarm.key)
        case ClearedData():
            text = data.alarm.text or _say(data.alarm.key)
            return Bilingual(zh=f"{text.zh} 已恢复", en=f"{text.en}: clear")
        case AccessData():
            access = data.access
            return _join(_say(access.decision), access.person, access.method, access.reason)
        case DeviceStateData():
            return _join(_say(data.change.state), data.change.reason)
        case ReportData():
            return _join(Bilingual(zh="设备上报", en="report"), data.report.what)
        case ResetData():
            return _join(Bilingual(zh="复位", en="reset"), data.reset.component)
        case LinkData():
            return _join(_say("online" if data.link.up else "offline"), data.link.reason)
        case CommandData():
            command = data.command
            return _join(_say(command.outcome), command.action, command.detail)
        case GatewayData():
            return _join(_say(data.gateway.state), data.gateway.reason)
        case DroppedData():
            dropped = data.dropped
            return _join(
                Bilingual(zh=f"放弃 {dropped.count} 条", en=f"{dropped.count} given up"),
                dropped.what,
                dropped.reason,
            )
        case DeliveryData():
            return _join(
                Bilingual(zh="平台拒收", en="refused by the platform"), data.delivery.reason
            )
        case None:
            return Bilingual(zh="", en="")
