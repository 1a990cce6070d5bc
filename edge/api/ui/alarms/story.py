"""The story of one alarm, from the sensor to the last word about it, step by step; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from edge.api.documents import AlarmDetail
from edge.api.event_documents import DeliveryView, EventView
from edge.api.ui.alarms.lines import STATES, WHY
from edge.api.ui.alarms.past import Issue, Told, told
from edge.model import Text

Mark: TypeAlias = Literal[
    "wire", "point", "alarm", "disk", "way", "person", "issue", "over", "note"
]
"""What kind of step it is: how it is marked on the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One instant; `after` is the time since the step before, `link` where to read more."""

    at: datetime
    mark: Mark
    what: Text
    by: str = ""
    words: str = ""
    value: Text | None = None
    until: datetime | None = None
    after: timedelta | None = None
    link: str = ""
    loud: bool = False


RAISED: Final = Text("报警发生", "raised")
COMMENT: Final = Text("备注", "comment")
KEPT: Final = Text("已写入本机磁盘", "kept on the gateway's disk")

_DONE: Final[Mapping[str, tuple[Mark, Text]]] = {
    "alarm.raised": ("alarm", RAISED),
    "alarm.cleared": ("over", Text("条件消失", "its condition is gone")),
    "alarm.acknowledged": ("person", Text("确认看到", "acknowledged")),
    "alarm.shelved": ("person", Text("搁置", "shelved")),
    "alarm.unshelved": ("person", Text("搁置结束", "no longer shelved")),
    "alarm.reset": ("person", Text("复位", "reset")),
    "alarm.escalated": (
        "issue",
        Text("无人处理，告知下一方", "nobody came: the next party is told"),
    ),
    "suppressed": ("note", Text("开始压制", "put aside")),
    "unsuppressed": ("note", Text("压制结束", "no longer put aside")),
    "latched": (
        "note",
        Text("条件消失，锁存待复位", "its condition is gone, it waits for a reset"),
    ),
    "realarmed": ("alarm", Text("仍未消除，再次报警", "still active: it calls anew")),
    "more": ("alarm", Text("又增加了报警", "more of the same")),
    "issue_ended_while_active": (
        "note",
        Text("问题已关闭，条件仍在", "its issue is closed while it is still active"),
    ),
}

_PARTIES: Final[Mapping[str, Text]] = {
    "property": Text("物业", "property office"),
    "community": Text("社区", "community"),
    "street_office": Text("街道", "street office"),
    "owners_committee": Text("业委会", "owners' committee"),
    "residents": Text("居民", "residents"),
}

_STATES: Final[Mapping[str, Text]] = {str(state): words for state, words in STATES.items()}
_WHY: Final[Mapping[str, Text]] = {str(why): words for why, words in WHY.items()}

_WORTH_SAYING: Final = timedelta(milliseconds=1)
"""Below this, two steps are one instant."""

_SENT: Final = Text("发往 {}", "sent to {}")
_BROKER: Final = Text("{} 的消息服务已收下", "taken by the broker of {}")
_RECEIPT: Final = Text("{} 已入库并回执", "stored by {}, receipt given")
_REFUSED: Final = Text("{} 拒收", "refused by {}")


def story_of(past: AlarmDetail, before: Iterable[Step] = ()) -> tuple[Step, ...]:
    """All steps in order of time; of the raise every step of its way out, of others only one."""
    steps = [*before]
    for event in past.timeline:
        steps += _steps(event)
    steps += [
        Step(at=each.at, mark="note", what=COMMENT, by=each.by, words=each.comment)
        for each in past.comments
    ]
    steps.sort(key=lambda step: step.at)
    return tuple(_timed(steps))


def opened(issue: Issue) -> Text:
    """Who has to do something about it."""
    named = [_PARTIES.get(party, Text(party, party)) for party in issue.parties]
    zh, en = "、".join(each.zh for each in named), ", ".join(each.en for each in named)
    return Text(f"问题开给{zh}", f"an issue for {en}")


def _timed(steps: Iterable[Step]) -> Iterator[Step]:
    last: datetime | None = None
    for step in steps:
        after = step.at - last if last is not None else timedelta(0)
        yield replace(step, after=after) if after >= _WORTH_SAYING else step
        last = step.at


def _steps(event: EventView) -> Iterator[Step]:
    said = told(event.event)
    first = event.kind == "alarm.raised"
    yield _main(event, said)
    if not first:
        return
    if event.kept_at is not None:
        yield Step(at=event.kept_at, mark="disk", what=KEPT, words=f"#{event.number}")
    for delivery in event.deliveries:
        yield from _way(delivery)


def _main(event: EventView, said: Told) -> Step:
    data, change = said.data, said.data.change
    if event.kind == "issue.changed" and isinstance(data.issue, Issue):
        return _issue(event, data.issue)
    known = _DONE.get(change.what if change and event.kind == "alarm.updated" else event.kind)
    mark, what = known or ("note", Text(event.kind, event.kind))
    step = Step(at=event.at, mark=mark, what=what, link=f"/events/{event.number}")
    if data.escalation is not None:
        party = _PARTIES.get(data.escalation.to, Text(data.escalation.to, data.escalation.to))
        what = Text(f"{what.zh}：{party.zh}", f"{what.en}: {party.en}")
        return replace(step, what=what, loud=True)
    if event.kind == "alarm.raised" and isinstance(data.issue, Issue):
        words = opened(data.issue)
        return replace(step, what=Text(f"{what.zh}，{words.zh}", f"{what.en}, {words.en}"))
    if event.kind == "alarm.updated" and data.alarm.suppressed:
        reasons = [_WHY[each] for each in data.alarm.suppressed if each in _WHY]
        zh, en = "、".join(r.zh for r in reasons), ", ".join(r.en for r in reasons)
        return replace(step, what=Text(f"{what.zh}：{zh}", f"{what.en}: {en}"))
    if change is not None:
        return replace(step, by=change.by, words=change.reason, until=change.until)
    return step


def _issue(event: EventView, issue: Issue) -> Step:
    named = _STATES.get(issue.state, Text(issue.state, issue.state))
    return Step(
        at=event.at,
        mark="over" if issue.state in {"resolved", "rejected"} else "issue",
        what=Text(f"问题{named.zh}", f"issue {named.en}"),
        by=issue.by,
        link=f"/events/{event.number}",
    )


def _way(delivery: DeliveryView) -> Iterator[Step]:
    name = delivery.uplink
    for at, what in (
        (delivery.sent_at, _SENT),
        (delivery.broker_at, _BROKER),
        (delivery.receipt_at, _RECEIPT),
    ):
        if at is not None:
            yield Step(at=at, mark="way", what=_filled(what, name))
    if delivery.state == "refused" and delivery.sent_at is not None:
        refused = _filled(_REFUSED, name)
        yield Step(at=delivery.sent_at, mark="way", what=refused, words=delivery.reason, loud=True)


def _filled(words: Text, name: str) -> Text:
    return Text(words.zh.format(name), words.en.format(name))
