"""What an event says, in one line: read from the CloudEvent that the platform gets."""

from __future__ import annotations

import msgspec

from edge.api.ui.command_words import OUTCOMES, detail_words
from edge.api.ui.device.reasons import device_reason, link_reason
from edge.api.ui.event.words import BACK, CHANGES, ISSUE_STATES, PARTIES, REPORTS, WHYS, word
from edge.model import Text


class _Words(msgspec.Struct, frozen=True):
    zh: str = ""
    en: str = ""


class _Alarm(msgspec.Struct, frozen=True):
    id: str = ""
    text: _Words = _Words()


class _Change(msgspec.Struct, frozen=True):
    what: str = ""
    by: str = ""
    reason: str = ""
    state: str = ""


class _Escalation(msgspec.Struct, frozen=True):
    to: str = ""
    level: int = 1


class _Issue(msgspec.Struct, frozen=True):
    state: str = ""
    by: str = ""


class _Suppression(msgspec.Struct, frozen=True):
    why: str | None = None
    by: str = ""
    reason: str = ""


class _Access(msgspec.Struct, frozen=True):
    person: str = ""
    reason: str = ""


class _Report(msgspec.Struct, frozen=True):
    what: str = ""


class _Reset(msgspec.Struct, frozen=True):
    component: str = ""


class _Link(msgspec.Struct, frozen=True):
    up: bool = False
    reason: str = ""


class CommandSaid(msgspec.Struct, frozen=True):
    """What became of a command, as its event says it."""

    id: str = ""
    action: str = ""
    outcome: str = ""
    detail: str = ""
    observed: str = ""
    issued_by: str = ""


class _Gateway(msgspec.Struct, frozen=True):
    reason: str = ""
    release: str = ""


class _Dropped(msgspec.Struct, frozen=True):
    what: str = ""
    count: int = 0
    reason: str = ""


class _Delivery(msgspec.Struct, frozen=True):
    uplink: str = ""
    event: str = ""
    reason: str = ""


class _Uplink(msgspec.Struct, frozen=True):
    id: str = ""
    reason: str = ""


class _Buffer(msgspec.Struct, frozen=True):
    seconds: float | None = None


class _Audit(msgspec.Struct, frozen=True):
    number: int = 0


class _Certificate(msgspec.Struct, frozen=True):
    use: str = ""
    whose: str = ""
    days: int = 0


class _Sent(msgspec.Struct, frozen=True):
    revision: int = 0
    release: str = ""
    by: str = ""
    reasons: tuple[_Words, ...] = ()


class _Place(msgspec.Struct, frozen=True):
    text: _Words = _Words()


class _Data(msgspec.Struct, frozen=True):
    """Everything that the documents of the contract may hold, as far as a line tells it."""

    location: _Place = _Place()
    alarm: _Alarm | None = None
    change: _Change | None = None
    escalation: _Escalation | None = None
    issue: _Issue | str | None = None
    suppression: _Suppression | None = None
    access: _Access | None = None
    report: _Report | None = None
    reset: _Reset | None = None
    link: _Link | None = None
    command: CommandSaid | None = None
    gateway: _Gateway | None = None
    dropped: _Dropped | None = None
    delivery: _Delivery | None = None
    uplink: _Uplink | None = None
    buffer: _Buffer | None = None
    audit: _Audit | None = None
    certificate: _Certificate | None = None
    config: _Sent | None = None
    update: _Sent | None = None


class _Event(msgspec.Struct, frozen=True):
    data: _Data = _Data()


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says: a line, where, and the number of the alarm it is about."""

    line: Text
    place: Text
    alarm: int | None = None
    command: str = ""


def told(body: bytes) -> Told:
    """Tell an event in one line; a body that cannot be read says nothing."""
    try:
        said = msgspec.json.decode(body, type=_Event).data
    except (msgspec.MsgspecError, UnicodeDecodeError):
        said = _Data()
    place = said.location.text
    return Told(
        line=_line(said),
        place=Text(place.zh, place.en),
        alarm=_number(said.alarm.id) if said.alarm else None,
        command=said.command.id if said.command else "",
    )


def reason_of(body: bytes) -> str:
    """Why a device came, went or answers in part, as its driver put it."""
    try:
        change = msgspec.json.decode(body, type=_Event).data.change
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
    return change.reason if change else ""


def command_of(body: bytes) -> CommandSaid | None:
    """What became of a command; none where an event is about none."""
    try:
        return msgspec.json.decode(body, type=_Event).data.command
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _number(event_id: str) -> int | None:
    number = event_id.rpartition("/")[2]
    return int(number) if number.isdecimal() and number.isascii() else None


def _line(said: _Data) -> Text:  # noqa: PLR0911 - one line for each kind of event
    match said:
        case _Data(alarm=_Alarm() as alarm):
            return _of_alarm(alarm, said)
        case _Data(issue=_Issue() as issue):
            return _of_issue(issue)
        case _Data(suppression=_Suppression() as window):
            return _joined(word(WHYS, window.why or ""), _same(window.by), _same(window.reason))
        case _Data(access=_Access() as access):
            return _joined(_same(access.person), _both(access.reason))
        case _Data(command=CommandSaid() as command):
            return _of_command(command)
        case _Data(link=_Link() as link):
            up = Text("连上", "up")
            return up if link.up else _joined(Text("断开", "down"), link_reason(link.reason).what)
        case _Data(change=_Change() as change):
            if change.state == "online":
                return word(BACK, change.reason)
            return device_reason(change.reason).what
        case _:
            return _of_gateway(said)


def _of_alarm(alarm: _Alarm, said: _Data) -> Text:
    words = Text(alarm.text.zh, alarm.text.en)
    if said.escalation:
        to = word(PARTIES, said.escalation.to)
        return _joined(words, Text(f"通知{to.zh}", f"{to.en} is told"))
    if isinstance(said.issue, _Issue) and said.issue.state in ISSUE_STATES:
        return _joined(words, _of_issue(said.issue))
    if said.change is None:
        return words
    what = CHANGES.get(said.change.what, Text("", ""))
    return _joined(words, what, _same(said.change.by), _same(said.change.reason))


def _of_issue(issue: _Issue) -> Text:
    return _joined(word(ISSUE_STATES, issue.state), _same(issue.by))


def _of_command(command: CommandSaid) -> Text:
    outcome = word(OUTCOMES, command.outcome)
    seen = {
        "yes": Text("已看到真的发生", "seen to have happened"),
        "no": Text("没有看到它发生", "not seen to have happened"),
    }.get(command.observed, Text("", ""))
    by, detail = _same(command.issued_by), detail_words(command.detail)
    return _joined(_same(command.action), outcome, seen, detail, by)


def _of_gateway(said: _Data) -> Text:
    if said.report:
        return word(REPORTS, said.report.what)
    if said.reset:
        return _same(said.reset.component)
    if said.dropped:
        dropped = said.dropped
        return _same(f"{dropped.count} × {dropped.what}: {dropped.reason}")
    if said.delivery:
        return _joined(
            _same(said.delivery.uplink), _same(said.delivery.event), _same(said.delivery.reason)
        )
    return _of_care(said)


def _of_care(said: _Data) -> Text:
    told = Text("", "")
    match said:
        case _Data(uplink=_Uplink() as uplink):
            told = _joined(_same(uplink.id), _same(uplink.reason))
        case _Data(buffer=_Buffer(seconds=float() as seconds)):
            hours = f"{seconds / 3600:.1f}"
            told = Text(f"还能存 {hours} 小时", f"lasts for {hours} hours")
        case _Data(audit=_Audit(number=number)):
            told = Text(f"到第 {number} 行", f"up to line {number}")
        case _Data(certificate=_Certificate(use=use, whose=whose, days=days)):
            told = _joined(_same(use), _same(whose), Text(f"还有 {days} 天", f"{days} days left"))
        case _Data(config=_Sent() as sent) | _Data(update=_Sent() as sent):
            revision = Text(f"修订 {sent.revision}", f"revision {sent.revision}")
            which = revision if sent.revision else _same(sent.release)
            why = (Text(each.zh, each.en) for each in sent.reasons[:1])
            told = _joined(which, _same(sent.by), *why)
        case _Data(gateway=_Gateway() as gateway):
            told = _joined(_same(gateway.release), _both(gateway.reason))
    return told


def _same(words: str) -> Text:
    return Text(words, words)


def _both(words: str) -> Text:
    """What drivers write in both languages at once: `黑名单 / on the blacklist`."""
    zh, slash, en = words.partition(" / ")
    return Text(zh, en) if slash else _same(words)


def _joined(*parts: Text) -> Text:
    said = [part for part in parts if part.zh or part.en]
    return Text(" · ".join(each.zh for each in said), " · ".join(each.en for each in said))
