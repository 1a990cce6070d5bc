"""What one can write in a rule, key by key, for whoever has not written one before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from edge.model import Text
from edge.versions.form import Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of the file: an example of its value, and what it says."""

    name: str
    example: str
    words: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Keys that belong together."""

    title: Text
    keys: Sequence[Key]


def key(name: str, example: str, zh: str, en: str) -> Key:
    """A key with its words."""
    return Key(name=name, example=example, words=Text(zh, en))


def option_keys(fields: Iterable[Field]) -> Sequence[Keys]:
    """What can be set of a rule in code, as its form has it."""
    keys = tuple(
        Key(name=each.name, example=each.default, words=each.help if each.help.en else each.label)
        for each in fields
    )
    return (Keys(title=Text("选项", "Options"), keys=keys),)


RULE_KEYS: Final[Sequence[Keys]] = (
    Keys(
        title=Text("规则", "The rule"),
        keys=(
            key(
                "id",
                "sump_floods",
                "规则的名字：小写字母、数字、_",
                "the rule's name: a-z, 0-9 and _",
            ),
            key("when", "{…}", "何时成立：一个条件", "when it is true: one condition"),
            key(
                "for",
                "30s",
                "整个条件持续多久才算成立",
                "how long the whole condition holds before it is true",
            ),
            key(
                "clear_for",
                "5min",
                "条件结束多久才算解除",
                "how long it is over before the rule is",
            ),
            key(
                "missing",
                "keep",
                "没有好值的条件算什么：keep（保持原样）、true、false",
                "what a condition without a good value counts as: keep (as it is), true, false",
            ),
            key("raise", "{…}", "成立期间的报警", "the alarm while it is true"),
            key(
                "command",
                "[{device: gate-1, action: open}]",
                "成立时下发一次的命令；电梯不能下命令",
                "what devices are told once, when it becomes true; never lifts",
            ),
            key(
                "evidence",
                "{near: gate-1}",
                "成立时留下那里的图像",
                "pictures of the place, when it becomes true",
            ),
            key(
                "issue",
                "{category: …, title: …}",
                "报警成为的问题，先于处置规则",
                "the issue that its alarm becomes, before the policies",
            ),
            key(
                "notice",
                "{title: …, text: …}",
                "报警成为的通知，先于处置规则",
                "the notice that its alarm becomes, before the policies",
            ),
        ),
    ),
    Keys(
        title=Text("条件是什么（写其中一个）", "What a condition is about (write one of these)"),
        keys=(
            key("all", "[{…}, {…}]", "全部成立", "all of these are true"),
            key("any", "[{…}, {…}]", "至少一个成立", "at least one of these is true"),
            key("not", "{…}", "不成立", "this is not true"),
            key("point", "lift-1/speed", "一个点的值，配一个比较", "a point's value, compared"),
            key(
                "min, max, mean",
                "lift-1/speed",
                "点在 over 时间里的最小、最大、平均",
                "a point's lowest, highest, mean value `over` a time",
            ),
            key(
                "rate",
                "sump-1/level",
                "上升得多快，over 时间里每 per",
                "how fast it rises, `over` a time, `per` minute",
            ),
            key(
                "change",
                "lift-1/door_cycles",
                "within 时间里变化多少",
                "how much it has changed `within` a time",
            ),
            key(
                "event",
                "access.forced",
                "发生过一件事，lasts 之内",
                "something has happened, `lasts` ago at most",
            ),
            key(
                "count",
                "{event: access.denied, device: gate-1}",
                "within 时间里发生了几次",
                "how often it has happened `within` a time",
            ),
            key(
                "absent",
                "{event: access.granted, device: gate-1}",
                "for 时间里没有发生",
                "it has not happened `for` a time",
            ),
            key("alarm", "lift-1/entrapment", "另一条报警有效", "another alarm is active"),
            key("during", "night", "正在 schedules 里的这个时段", "this time of `schedules`"),
            key(
                "expression",
                "a - b > 20",
                "where 里的点组成的算式",
                "a formula over the points in `where`",
            ),
        ),
    ),
    Keys(
        title=Text("怎样比较", "How it is compared"),
        keys=(
            key("equals", "true", "等于", "is this value"),
            key("not_equals", "0", "不等于", "is not this value"),
            key("any_of", "[1, 3]", "是其中之一", "is one of these"),
            key(
                "above",
                "300 mA",
                "大于；可带点的单位",
                "more than this; the point's unit may stand with it",
            ),
            key("below", "150 kPa", "小于", "less than this"),
            key(
                "outside", "[10, 40]", "低于第一个或高于第二个", "below the first, above the second"
            ),
            key("stale", "10min", "这么久没有好值", "nothing good was heard for this long"),
            key(
                "deadband",
                "5",
                "数值回退多少才算结束",
                "how far a number comes back before it is over",
            ),
        ),
    ),
    Keys(
        title=Text("条件的其他键", "More of a condition"),
        keys=(
            key("for", "10s", "这个条件自己要持续多久", "how long this condition itself holds"),
            key("over", "6h", "min、max、mean、rate 看多久", "how long min, max, mean, rate look"),
            key("within", "10min", "count、change 看多久", "how long count and change look back"),
            key("per", "minute", "rate 的时间单位", "the time of a rate: second, minute, hour"),
            key("device", "gate-1", "谁的事件；不写则任何设备", "whose event; anybody's without"),
            key(
                "category",
                "lift.*",
                "哪些报警，只用于 alarm.raised",
                "which alarms; for alarm.raised only",
            ),
            key("lasts", "5min", "事件算多久", "how long an event counts"),
            key(
                "where",
                "{a: lift-1/speed}",
                "算式里的名字各是哪个点",
                "which point each name of the formula is",
            ),
        ),
    ),
    Keys(
        title=Text("报警 raise", "The alarm, under raise"),
        keys=(
            key("category", "water.flood", "类别，处置规则按它选", "what policies go by"),
            key(
                "severity",
                "700",
                "严重度 1–1000：800 起危及生命，500 起要马上处理",
                "1–1000: from 800 on lives are at risk, from 500 on somebody has to act at once",
            ),
            key(
                "lane",
                "fault",
                "通道：life_safety、security、fault、info",
                "how urgent: life_safety, security, fault, info",
            ),
            key(
                "text",
                "{zh: …, en: …}",
                "人先看到的话；{device} 和 {sump-1/level} 会填上",
                "what a person reads first; {device} and {sump-1/level} are filled in",
            ),
            key(
                "device",
                "sump-1",
                "算谁的报警；不写则由条件决定",
                "whose alarm it is; without it the condition decides",
            ),
            key("latch", "true", "直到有人复位一直有效", "stays active until somebody resets it"),
            key("group", "door", "同组的报警算一个原因", "alarms of one group have one cause"),
            key("realarm", "1h", "有效多久后再叫一次人", "calls anew after this long"),
        ),
    ),
)
"""Everything that a rule may hold; a test sees that none is missing."""

ALARM_KEYS: Final[Sequence[Keys]] = (
    Keys(
        title=Text("本站点的报警", "An alarm of this site"),
        keys=(
            key(
                "id",
                "temperature_a",
                "报警的名字；与型号的报警同名则代替它",
                "the alarm's name; one of the profile's of that name is replaced",
            ),
            key(
                "devices",
                "[breaker-1]",
                "哪些设备；或一类：{kind: lift}",
                "which devices; or all of a kind: {kind: lift}",
            ),
            key(
                "when",
                "{point: temperature_a, above: 70}",
                "点（不带设备名）和一个比较，或一个 event",
                "a point, without the device, and one comparison; or an event",
            ),
            key("for", "10s", "持续多久才上报", "how long it holds before it is told"),
            key(
                "clear_for", "1min", "结束多久才上报结束", "how long it is over before that is told"
            ),
            key(
                "deadband",
                "5",
                "数值回退多少才算结束",
                "how far the value comes back before it is over",
            ),
        ),
    ),
    RULE_KEYS[2],
    RULE_KEYS[4],
)
"""What an alarm of one point may hold."""
