"""What a condition may be about, and what may stand beside each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from edge import model
from edge.faults import fault


@dataclass(frozen=True, slots=True)
class _Shape:
    """What stands beside a subject: what it must have, what it may have, how it is compared."""

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ("for",)
    compared: tuple[str, ...] = ()


NUMERIC: Final = ("above", "below", "outside")
COMPARED: Final = ("equals", "not_equals", "any_of", *NUMERIC, "stale")
_FIGURE: Final = _Shape(("over",), ("for", "deadband"), NUMERIC)
SUBJECTS: Final[Mapping[str, _Shape]] = {
    "all": _Shape(),
    "any": _Shape(),
    "not": _Shape(),
    "point": _Shape((), ("for", "deadband"), COMPARED),
    "min": _FIGURE,
    "max": _FIGURE,
    "mean": _FIGURE,
    "rate": _Shape(("over",), ("for", "deadband", "per"), NUMERIC),
    "change": _Shape(("within",), ("for", "deadband"), NUMERIC),
    "count": _Shape(("within",), ("for",), NUMERIC),
    "absent": _Shape(("for",), ()),
    "event": _Shape((), ("device", "category", "lasts")),
    "alarm": _Shape(),
    "during": _Shape(),
    "expression": _Shape(("where",)),
}
"""What a condition may be about; exactly one of these stands in each."""


def check_beside(subject: str, written: Sequence[str]) -> None:
    """Refuse what does not belong beside a subject, and the lack of what does."""
    shape = SUBJECTS[subject]
    beside = [name for name in written if name != subject]
    if alien := [
        name for name in beside if name not in (*shape.needs, *shape.may, *shape.compared)
    ]:
        raise fault(
            model.Text(
                f"{subject} 旁边不能写 {'、'.join(alien)}",
                f"{' and '.join(alien)} does not belong beside {subject}",
            ),
            model.Text(f"删去 {'、'.join(alien)}", f"take out {', '.join(alien)}"),
        )
    if missing := [name for name in shape.needs if name not in beside]:
        raise fault(
            model.Text(f"{subject} 缺少 {'、'.join(missing)}", f"{subject} lacks {missing[0]}"),
            model.Text(f"加上 {'、'.join(missing)}", f"write {', '.join(missing)} beside it"),
        )
    compared = [name for name in beside if name in shape.compared]
    if shape.compared and len(compared) != 1:
        raise fault(
            model.Text(
                f"条件要有且只有一个比较，这里是：{'、'.join(compared) or '无'}",
                f"a condition has one comparison, here is {' and '.join(compared) or 'none'}",
            ),
            model.Text(
                f"写 {'、'.join(shape.compared)} 其中一个；两端都限制写 outside",
                f"write one of {', '.join(shape.compared)}; outside limits both ends",
            ),
        )
    if "deadband" in beside and compared[0] not in NUMERIC:
        raise fault(
            model.Text("deadband 只用于数值比较", "a deadband belongs to a comparison of numbers"),
            model.Text("删去 deadband", "take out deadband"),
        )


def check_category(kind: str, category: str) -> None:
    """Refuse a category beside events that have none."""
    if category and kind != "alarm.raised":
        raise fault(
            model.Text("只有报警才有 category", "only an alarm has a category"),
            model.Text(
                "删去 category，或写 event: alarm.raised", "take it out, or write alarm.raised"
            ),
        )
