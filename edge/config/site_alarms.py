"""Which alarms stand on which device: the profiles' own and the site's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Final

from edge.config.site_checks import check_reference, ids_of
from edge.config.site_file import Selection
from edge.config.site_reading import Draft
from edge.files.problems import Problems
from edge.files.yaml_file import Document, Steps
from edge.model import Lane, Text
from edge.profiles.alarm_checks import misfits
from edge.rules.link import CATEGORY as LINK_CATEGORY
from edge.schema import AlarmSpec, Profile


def place_alarms(
    document: Document, draft: Draft, profiles: Mapping[int, Profile], problems: Problems
) -> tuple[tuple[str, str, AlarmSpec], ...]:
    """Device, name and alarm of each; the site's alarm replaces the profile's of that name."""
    placed: dict[tuple[str, str], AlarmSpec] = {
        (draft.devices[index].id, name): spec
        for index, profile in profiles.items()
        for name, spec in profile.alarms.items()
    }
    written: dict[tuple[str, str], int] = {}  # by which of the file's alarms
    for index, alarm in draft.alarms.items():
        steps: Steps = ("alarms", index)
        for at in _devices(document, draft, profiles, index, problems):
            for misfit in misfits(alarm, profiles[at]):
                problems.add(document, (*steps, *misfit.steps), misfit.what, misfit.remedy)
            key = (draft.devices[at].id, alarm.id)
            if written.setdefault(key, index) != index:
                line = document.mark(("alarms", written[key], "id")).line
                what = Text(
                    f"{key[0]} 上的 {alarm.id} 与第 {line} 行重复",
                    f"{key[0]} has an alarm {alarm.id} in line {line} already",
                )
                remedy = Text("换一个名字", "give it another id")
                problems.add(document, (*steps, "id"), what, remedy)
            placed[key] = alarm
    return tuple((device, name, spec) for (device, name), spec in placed.items())


def _devices(
    document: Document,
    draft: Draft,
    profiles: Mapping[int, Profile],
    index: int,
    problems: Problems,
) -> Iterable[int]:
    """The devices that an alarm is for, as far as their profiles are known."""
    alarm = draft.alarms[index]
    if isinstance(alarm.devices, Selection):
        kind = alarm.devices.kind
        chosen = [at for at, profile in profiles.items() if profile.kind == kind]
        if not chosen and len(profiles) == document.size(("devices",)):
            what = Text(f"没有 {kind} 类设备", f"there is no device of the kind {kind}")
            kinds = sorted({profile.kind for profile in profiles.values()})
            remedy = Text(f"现有 {'、'.join(kinds)}", f"there are {', '.join(kinds)}")
            problems.add(document, ("alarms", index, "devices", "kind"), what, remedy)
        return chosen
    known = ids_of(document, "devices")
    for number in range(len(alarm.devices)):
        steps = ("alarms", index, "devices", number)
        check_reference(document, steps, Text("设备", "device"), known.values(), problems)
    return [at for at in profiles if draft.devices[at].id in alarm.devices]


IN_CODE: Final = (
    LINK_CATEGORY,
    "access.barrier_stuck",
    "access.gate_offline_in_fire",
    "access.passback",
    "access.repeated_denials",
    "access.tailgating",
    "anomaly.apart",
    "anomaly.cycle",
    "anomaly.drift",
    "anomaly.flat",
    "anomaly.jump",
    "anomaly.night",
    "anomaly.range",
    "anomaly.unusual",
    "elder.nobody_passed",
    "electric.leakage_trend",
    "fire.confirmed",
    "fire.gate_shut",
    "lift.entrapment",
    "lift.maintenance",
    "lift.sensor_implausible",
    "link.silent",
    "network.offline",
    "power.mains_lost",
)
"""The categories of alarms that rules in code raise."""


def check_policies(
    document: Document, draft: Draft, alarms: Iterable[AlarmSpec], problems: Problems
) -> None:
    """Warn of a policy that no alarm of this site can ever meet, and where there is none at all."""
    specs = tuple(alarms)
    _check_some(document, draft, specs, problems)
    categories = {*IN_CODE, *(alarm.category for alarm in specs)}
    categories |= {rule.alarm.category for rule in draft.rules.rules.values() if rule.alarm}
    for index, policy in draft.policies.items():
        if not any(fnmatchcase(category, policy.alarms) for category in categories):
            what = Text(f"没有报警属于 {policy.alarms}", f"no alarm has a category {policy.alarms}")
            remedy = Text(
                f"现有 {'、'.join(sorted(categories))}",
                f"there are {', '.join(sorted(categories))}",
            )
            problems.warn(document, ("policies", index, "alarms"), what, remedy)


def _check_some(
    document: Document, draft: Draft, alarms: Iterable[AlarmSpec], problems: Problems
) -> None:
    """Warn where a platform gets alarms and nothing says what it shall make of them."""
    written = document.size(("policies",)) or any(
        rule.issue or rule.notice for rule in draft.rules.rules.values()
    )
    gravest = sorted({alarm.category for alarm in alarms if alarm.lane is Lane.LIFE_SAFETY})
    if written or not gravest or not document.size(("uplinks",)):
        return
    what = Text(
        "没有处置规则（policies）：报警只上报平台，不成为问题，也不成为通知",
        "the platform gets the alarms, but without `policies` none becomes an issue or a notice",
    )
    group = gravest[0].partition(".")[0]
    sample = (
        f"policies: [{{alarms: {gravest[0]}, issue: {{category: {group},"
        " title: {zh: '{place}：{device}', en: '{place}: {device}'}}}]"
    )
    remedy = Text(
        f"例如 {sample}；涉及生命安全的有 {'、'.join(gravest)}",
        f"such as {sample}; of life and limb there are {', '.join(gravest)}",
    )
    problems.warn(document, ("uplinks",), what, remedy)
