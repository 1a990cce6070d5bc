"""Whether an alarm fits the device it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from edge.choices import choose
from edge.files.yaml_file import Steps
from edge.model import Text
from edge.schema import NUMERIC, AlarmSpec, Condition, PointSpec, Profile, Scalar

KINDS: Final = {
    "bool": Text("true 或 false", "true or false"),
    "int": Text("整数", "a whole number"),
    "float": Text("数字", "a number"),
    "str": Text("文字", "text"),
}
"""The kinds of values, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Misfit:
    """What is wrong with an alarm or a rule; `steps` lead there from it.

    `letter` is where in the text there, counted from 0; none is the text as a whole.
    """

    steps: Steps
    what: Text
    remedy: Text
    letter: int | None = None


def misfits(alarm: AlarmSpec, profile: Profile) -> Iterator[Misfit]:
    """Tell each thing in which the alarm does not fit the profile's points."""
    when = alarm.when
    numeric = [name for name in when.comparisons() if name in NUMERIC]
    if alarm.deadband and not numeric:
        yield Misfit(
            steps=("deadband",),
            what=Text("deadband 只用于数值比较", "a deadband belongs to a comparison of numbers"),
            remedy=Text(
                "删去 deadband，或用 above、below、outside",
                "take it out, or compare with above, below or outside",
            ),
        )
    if when.outside is not None:
        yield from never_over(*when.outside, alarm.deadband)
    if when.event:
        if alarm.on_delay:
            yield Misfit(
                steps=("for",),
                what=Text("事件没有持续时间", "an event does not last"),
                remedy=Text("删去 for", "take out for"),
            )
        return
    yield from unfit_condition(when, profile)


def never_over(low: float, high: float, deadband: float) -> Iterator[Misfit]:
    """Tell of a deadband that leaves no number at which `outside` would be over."""
    if 2 * deadband > high - low:
        yield Misfit(
            steps=("deadband",),
            what=Text(
                "deadband 大于允许范围的一半，报警永远不会消除",
                "the deadband is more than half of the range: the alarm would never clear",
            ),
            remedy=Text("写小一些", "make it smaller"),
        )


def unfit_condition(when: Condition, profile: Profile) -> Iterator[Misfit]:
    """Tell each thing in which a condition does not fit the profile's points."""
    point = profile.point(when.point)
    if point is None:
        yield _unknown_point(when.point, profile)
    else:
        yield from _wrong_types(when, point)


def _unknown_point(name: str, profile: Profile) -> Misfit:
    points = ["online", *profile.points, *(f"*.{own}" for own in profile.component_points)]
    return Misfit(
        steps=("when", "point"),
        what=Text(
            f"{profile.text.zh} 没有点 {name[:40]}", f"{profile.text.en} has no point {name[:40]}"
        ),
        remedy=choose(name, points),
    )


def _wrong_types(when: Condition, point: PointSpec) -> Iterator[Misfit]:
    for name in when.comparisons():
        if name in NUMERIC and point.type not in ("int", "float"):
            yield Misfit(
                steps=("when", name),
                what=Text(
                    f"{when.point} 的值（{KINDS[point.type].zh}）不能比大小",
                    f"{when.point} is {KINDS[point.type].en} and has no size to compare",
                ),
                remedy=Text("改用 equals", "use equals instead"),
            )
    limits: tuple[tuple[Steps, Scalar | None], ...] = (
        (("when", "equals"), when.equals),
        (("when", "not_equals"), when.not_equals),
        *((("when", "any_of", index), limit) for index, limit in enumerate(when.any_of or ())),
    )
    for steps, limit in limits:
        if limit is not None and not comparable(point, limit):
            kind = KINDS[point.type]
            yield Misfit(
                steps=steps,
                what=Text(
                    f"{when.point} 的值（{kind.zh}）不会等于它",
                    f"{when.point} is {kind.en} and never equals this",
                ),
                remedy=Text(f"改写为：{kind.zh}", f"write {kind.en}"),
            )


def comparable(point: PointSpec, limit: Scalar) -> bool:
    """Whether the point can ever have that value."""
    match point.type:
        case "bool":
            return isinstance(limit, bool)
        case "int":
            return isinstance(limit, int) and not isinstance(limit, bool)
        case "float":
            return isinstance(limit, int | float) and not isinstance(limit, bool)
        case "str":
            return isinstance(limit, str)
