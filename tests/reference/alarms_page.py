"""Every category of alarm, with what raises it: what policies are written for."""

from __future__ import annotations

from collections import defaultdict

from edge.config.site_alarms import IN_CODE
from edge.rules.catalogue import CATALOGUE
from tests.reference.markdown import code, page, table
from tests.reference.shipped_profiles import shipped_profiles


def alarms_page() -> str:
    """The page; words in both languages beside each other."""
    raised: dict[str, list[str]] = defaultdict(list)
    severities: dict[str, list[int]] = defaultdict(list)
    words: dict[str, str] = {}
    for name, profile in shipped_profiles().items():
        for alarm in profile.alarms.values():
            raised[alarm.category].append(name)
            severities[alarm.category].append(alarm.severity)
            words.setdefault(alarm.category, f"{alarm.text.zh} · {alarm.text.en}")
    return page(
        "Categories of alarms · 报警类别",
        "What `policies` of [the site file](../site-file.md#policies) go by:"
        " `alarms: lift.entrapment`, or `lift.*`. One word stands for all alarms of one meaning,"
        " whatever the device.",
        "站点文件的 `policies` 按类别处置报警：`alarms: lift.entrapment`，或 `lift.*`。"
        "不论设备型号，意思相同的报警是同一类别。",
        "## Of devices · 设备报警",
        table(
            ("category", "severity", "such as · 例如", "profiles"),
            (
                (
                    f"`{each}`",
                    _span(severities[each]),
                    words[each],
                    code(dict.fromkeys(raised[each])),
                )
                for each in sorted(raised)
            ),
        ),
        "## Of rules in code · 内置规则",
        f"Raised by the gateway itself, on every site · 网关自己判断的：{code(sorted(IN_CODE))}.",
        f"Their options stand under `watch` · 它们的选项写在 `watch` 下："
        f"{code(each.name for each in CATALOGUE)}.",
        "[What each tells](../site-file.md#rules-in-code)"
        " · [各管什么](../site-file.zh-CN.md#内置规则)",
        "[At night: what to do for each](../how-to/at-night.md)"
        " · [夜里怎么办](../how-to/at-night.zh-CN.md)",
    )


def _span(found: list[int]) -> str:
    least, most = min(found), max(found)
    return str(least) if least == most else f"{least}–{most}"
