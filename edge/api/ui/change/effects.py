"""What follows when a change of the configuration is applied, in words; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from edge.model import Text
from edge.versions import Changes
from edge.versions.changes import Section

Tone: TypeAlias = Literal["good", "info", "fault", "life_safety"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One thing that follows; its tone says how much it matters."""

    words: Text
    tone: Tone = "info"


def effects(changed: Changes) -> tuple[Effect, ...]:
    """What is opened, closed and begun anew; what has to be known first comes first."""
    devices = changed.devices_added + changed.devices_removed + changed.devices_changed
    found = (
        *(Effect(words=words, tone="life_safety") for words in changed.needs_restart),
        *((Effect(words=_PAGE, tone="fault"),) if changed.page else ()),
        *_listed(_LINKS, changed.links_added, changed.links_changed, changed.links_removed),
        *_listed(_DEVICES, changed.devices_added, changed.devices_changed, changed.devices_removed),
        *_listed(_RULES, changed.rules_added, changed.rules_changed, changed.rules_removed),
        *_listed(_UPLINKS, changed.uplinks_added, changed.uplinks_changed, changed.uplinks_removed),
        *(
            Effect(words=_SECTIONS[name])
            for name in changed.sections
            if name != "alarms" or not devices  # with a device come and go its alarms
        ),
    )
    return found or (Effect(words=_NOTHING, tone="good"),)


def started() -> tuple[Effect, ...]:
    """What follows where nothing runs yet."""
    return (Effect(words=_STARTS, tone="good"),)


_Kinds: TypeAlias = tuple[Effect, Effect, Effect]


def _listed(words: _Kinds, *names: Sequence[str]) -> Iterator[Effect]:
    """One line for each of: what comes, what changes, what goes."""
    for effect, several in zip(words, names, strict=True):
        if several:
            text = effect.words
            told = Text(
                text.zh.format("、".join(several)),
                text.en.format(", ".join(several)),
            )
            yield Effect(words=told, tone=effect.tone)


def _effect(zh: str, en: str, tone: Tone = "info") -> Effect:
    return Effect(words=Text(zh, en), tone=tone)


_LINKS: Final[_Kinds] = (
    _effect("打开链路 {}", "Opened: link {}"),
    _effect(
        "重新打开链路 {}：链路上的设备约有几秒没有数据",
        "Opened anew: link {}; its devices are not heard for some seconds",
        "fault",
    ),
    _effect("关闭链路 {}", "Closed: link {}", "fault"),
)
_DEVICES: Final[_Kinds] = (
    _effect("新增设备 {}", "New: device {}", "good"),
    _effect("更改设备 {}", "Changed: device {}"),
    _effect(
        "移除设备 {}：不再读取，它的报警随之结束",
        "Removed: device {}; it is read no more and its alarms end",
        "fault",
    ),
)
_RULES: Final[_Kinds] = (
    _effect("新增规则 {}", "New: rule {}", "good"),
    _effect(
        "更改规则 {}：条件的计时从头开始",
        "Changed: rule {}; its conditions begin to count anew",
    ),
    _effect("移除规则 {}", "Removed: rule {}", "fault"),
)
_UPLINKS: Final[_Kinds] = (
    _effect("打开上行 {}", "Opened: uplink {}"),
    _effect(
        "重新打开上行 {}：等待回执的事件随后发送",
        "Opened anew: uplink {}; what waits is sent afterwards",
    ),
    _effect(
        "移除上行 {}：还没有发出的事件不再发送",
        "Removed: uplink {}; events that wait for it are given up",
        "fault",
    ),
)
_SECTIONS: Final[Mapping[Section, Text]] = {
    "site": Text("更改小区的名称或时区", "Changed: the site's name or time zone"),
    "buildings": Text("更改楼栋或单元", "Changed: buildings or units"),
    "alarms": Text("更改设备的报警", "Changed: alarms of devices"),
    "suppressions": Text("更改定期的测试与维护", "Changed: tests and maintenance by schedule"),
    "watch": Text("更改内置规则的选项", "Changed: options of built-in rules"),
    "commands": Text("更改远程命令的权限", "Changed: who may command from afar"),
    "policies": Text("更改报警转问题或通知的办法", "Changed: what alarms become"),
    "vision": Text("更改摄像机共用的设置", "Changed: what all cameras share"),
    "series": Text("更改时序数据库", "Changed: the database of readings"),
    "updates": Text("更改从哪里下载升级", "Changed: where releases are fetched from"),
    "history": Text("更改历史数据的保留", "Changed: how long readings are kept"),
}
_PAGE: Final = Text(
    "本页面的地址或证书会变：应用后用新地址打开",
    "The address or the certificate of this page changes: open it at the new address afterwards",
)
_NOTHING: Final = Text(
    "只改了注释或写法，不重启任何部分", "Only comments or layout change; nothing is begun anew"
)
_STARTS: Final = Text("网关开始运行这份配置", "The gateway begins to run with this configuration")
