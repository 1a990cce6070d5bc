"""What the rules in code are called, and what each is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from edge.model import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A rule in code in a person's words."""

    name: Text
    purpose: Text


def named(rule: str) -> Named:
    """The words for a rule of the catalogue; one without words is called by its name."""
    return BUILT_IN.get(rule) or Named(name=Text(rule, rule), purpose=Text("", ""))


def _words(name: tuple[str, str], purpose: tuple[str, str]) -> Named:
    return Named(name=Text(*name), purpose=Text(*purpose))


BUILT_IN: Final[Mapping[str, Named]] = {
    "entrapment": _words(
        ("电梯困人", "People trapped in a lift"),
        (
            "依电梯自己的报告或轿厢状态；也指出互相矛盾的传感器",
            "by the lift's own word or how the car stands; also sensors that contradict each other",
        ),
    ),
    "maintenance": _words(
        ("电梯该维保了", "A lift that gets worse"),
        (
            "故障越来越多的电梯，在它坏掉之前",
            "a lift that fails more and more often, before it breaks",
        ),
    ),
    "evidence": _words(
        ("留证", "Pictures of an alarm"),
        (
            "有报警时由最近的摄像机留下照片和短片，人脸已抹去",
            "the nearest cameras keep a still and a clip of an alarm, faces made unknowable",
        ),
    ),
    "fire": _words(
        ("火灾确认与放行", "A confirmed fire, and the gates"),
        (
            "由两个装置或控制器确认的火灾；放行后没有打开的门",
            "a fire that two devices or the panel confirm; a released gate that did not open",
        ),
    ),
    "gate_in_fire": _words(
        ("火警中联系不上的门禁", "A gate out of reach in a fire"),
        (
            "本楼火警期间联系不上的门禁，要派人去开",
            "a gate that cannot be reached while it burns in its building: somebody has to go",
        ),
    ),
    "denials": _words(
        ("多次被拒", "Refused again and again"),
        ("在一处门禁多次被拒", "many refusals at one gate within a short time"),
    ),
    "tailgating": _words(
        ("尾随", "Tailgating"),
        ("通过的人多于放行的人", "more people pass than were let in"),
    ),
    "passback": _words(
        ("反潜回", "Passed in twice"),
        (
            "同一人未出又进；门禁要写方向 in 和 out",
            "the same person in twice; the gates need a direction, in and out",
        ),
    ),
    "barrier": _words(
        ("门不动作", "A gate that does not move"),
        ("已下令打开、回答成功、却没有动", "told to open, said yes, and did not move"),
    ),
    "nobody_passed": _words(
        ("被看护的人多日没有通行", "A resident not seen for days"),
        (
            "同意被看护的住户多日没有通行；只看写在这里的人",
            "a resident who agreed to it has not passed for days; only who is written down here",
        ),
    ),
    "anomalies": _words(
        ("不同寻常", "Not as usual"),
        (
            "与自身几周来的规律不同的测量值：先学习，学满才报警；看哪些点写在站点文件里",
            "values that are not as they were for weeks; learnt first, for points that are named",
        ),
    ),
    "leakage": _words(
        ("剩余电流逐日升高", "Residual current that rises"),
        ("一天天升高的剩余电流，在超限之前", "rises day by day, told before it is too much"),
    ),
    "mains": _words(
        ("停电", "The mains are lost"),
        ("一栋楼的几台设备同时停电", "several devices of a building lose their mains at once"),
    ),
    "offline": _words(
        ("链路与总线", "Links and buses"),
        (
            "中断的链路、无应答的总线、几条链路共用的设备：各是一条报警",
            "a link that is lost, a bus that is silent, what several links hang on: one alarm each",
        ),
    ),
}
