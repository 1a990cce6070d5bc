"""What the site's policies make of an alarm: issues and notices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC

from cloud_bridge.wire.causes import cause_text, value_name
from cloud_bridge.wire.limits import MAX_ID, WireError
from cloud_bridge.wire.parts import Bilingual, IssueDoc, NoticeDoc
from cloud_bridge.wire.places import object_doc
from cloud_bridge.wire.words import bilingual
from edge.model import Alarm, AlarmRaised, Text
from edge.places import building_name, floor_name, place_name, unit_name
from edge.site import IssuePolicy, NoticePolicy, Site

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def issue_id(alarm_id: str, turn: int = 1) -> str:
    """The id of the issue an alarm becomes, or of a further one when it calls anew."""
    return f"{alarm_id}/issue" if turn == 1 else f"{alarm_id}/issue/{turn}"


def issue_of(issue: str) -> tuple[str, int]:
    """The alarm's id and the turn that an issue's id is made of; `WireError` for no such id."""
    alarm_id, mark, turn = issue.partition("/issue")
    if not mark or not (turn == "" or (turn[0] == "/" and turn[1:].isdecimal())):
        raise WireError(f"{issue[:MAX_ID]!r} is no issue's id", issue[:MAX_ID])
    return alarm_id, int(turn[1:] or 1)


def notice_id(alarm_id: str) -> str:
    """The id of the notice an alarm becomes."""
    return f"{alarm_id}/notice"


def _words(site: Site, raised: AlarmRaised) -> Mapping[str, Text]:
    location = site.location_of(raised)
    device = site.devices.get(raised.device)
    cause = raised.cause
    return {
        "device": device.name if device else Text(raised.device, raised.device),
        "place": place_name(site, location),
        "building": building_name(site, location),
        "unit": unit_name(site, location),
        "floor": floor_name(location),
        "value": value_name(cause.value, None, cause.unit),
        "about": Text(cause.about, cause.about),
        "community": site.name,
    }


def _fill(template: Text, words: Mapping[str, Text]) -> Bilingual:
    """Fill in what is known and leave the rest as it stands: an alarm never fails on a title."""

    def word(match: re.Match[str]) -> Text:
        return words.get(match[1]) or Text(match[0], match[0])

    return bilingual(
        Text(
            _PLACEHOLDER.sub(lambda match: word(match).zh, template.zh),
            _PLACEHOLDER.sub(lambda match: word(match).en, template.en),
        )
    )


def _description(site: Site, raised: AlarmRaised) -> Text:
    place = place_name(site, site.location_of(raised))
    device = site.devices.get(raised.device)
    name = device.name if device else Text(raised.device, raised.device)
    cause = cause_text(site, raised.cause)
    return Text(
        f"{raised.text.zh}。位置：{place.zh}。设备：{name.zh}。依据：{cause.zh}。",
        f"{raised.text.en}. Place: {place.en}. Device: {name.en}. Cause: {cause.en}.",
    )


def issue_doc(site: Site, policy: IssuePolicy, alarm: Alarm, alarm_id: str) -> IssueDoc | None:
    """The issue that an alarm has become, with its deadlines; none when it has not."""
    issue, raised = alarm.issue, alarm.raised
    if issue is None:
        return None
    return IssueDoc(
        id=issue_id(alarm_id, issue.turn),
        state="new",
        category=policy.category,
        title=_fill(_marked(policy.title, alarm), _words(site, raised)),
        description=bilingual(_description(site, raised)),
        object=object_doc(site, site.location_of(raised), "room"),
        reporter=site.reporter,
        opened_at=issue.opened_at.astimezone(UTC),
        respond_by=issue.respond_by.astimezone(UTC),
        resolve_by=issue.resolve_by.astimezone(UTC),
        parties=policy.parties,
    )


def _marked(title: Text, alarm: Alarm) -> Text:
    """Say of an issue that was opened all the same that a test or maintenance is under way."""
    if "test" in alarm.suppressed:
        return Text(f"【测试期间】{title.zh}", f"[during a test] {title.en}")
    if "maintenance" in alarm.suppressed:
        return Text(f"【维保期间】{title.zh}", f"[under maintenance] {title.en}")
    return title


def notice_doc(site: Site, policy: NoticePolicy, alarm: Alarm, alarm_id: str) -> NoticeDoc | None:
    """The notice that an alarm has become; none when it has not."""
    raised = alarm.raised
    if not alarm.notice:
        return None
    at = raised.at.astimezone(UTC)
    words = _words(site, raised)
    return NoticeDoc(
        id=notice_id(alarm_id),
        title=_fill(policy.title, words),
        text=_fill(policy.text, words),
        audience=object_doc(site, site.location_of(raised), policy.audience),
        start=at,
        end=at + policy.lasts,
        publish=alarm.notice,
    )
