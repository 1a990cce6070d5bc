"""What the site's policies make of an alarm: issues and notices."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from fnmatch import fnmatchcase

from cloud_bridge.wire.causes import cause_text, value_name
from cloud_bridge.wire.parts import Bilingual, IssueDoc, NoticeDoc
from cloud_bridge.wire.places import (
    building_name,
    floor_name,
    object_doc,
    place_name,
    unit_name,
)
from cloud_bridge.wire.words import bilingual
from edge.model import AlarmRaised, Location, Text
from edge.site import IssuePolicy, NoticePolicy, Policy, Site

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def policy_for(site: Site, category: str) -> Policy | None:
    """The first policy whose glob fits the category."""
    return next((rule for rule in site.policies if fnmatchcase(category, rule.alarms)), None)


def issue_id(alarm_id: str) -> str:
    """The id of the issue an alarm becomes."""
    return f"{alarm_id}/issue"


def notice_id(alarm_id: str) -> str:
    """The id of the notice an alarm becomes."""
    return f"{alarm_id}/notice"


def location_of(site: Site, raised: AlarmRaised) -> Location:
    """Where the alarm's cause stands, or its device where the cause does not say."""
    return site.locate(raised.cause.point or raised.device)


def _words(site: Site, raised: AlarmRaised) -> Mapping[str, Text]:
    location = location_of(site, raised)
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
    place = place_name(site, location_of(site, raised))
    device = site.devices.get(raised.device)
    name = device.name if device else Text(raised.device, raised.device)
    cause = cause_text(site, raised.cause)
    return Text(
        f"{raised.text.zh}。位置：{place.zh}。设备：{name.zh}。依据：{cause.zh}。",
        f"{raised.text.en}. Place: {place.en}. Device: {name.en}. Cause: {cause.en}.",
    )


def issue_doc(site: Site, policy: IssuePolicy, raised: AlarmRaised, alarm_id: str) -> IssueDoc:
    """The issue an alarm becomes; its limits count from when the alarm was raised."""
    at = raised.at.astimezone(UTC)
    return IssueDoc(
        id=issue_id(alarm_id),
        state="new",
        category=policy.category,
        title=_fill(policy.title, _words(site, raised)),
        description=bilingual(_description(site, raised)),
        object=object_doc(site, location_of(site, raised), "room"),
        reporter=site.reporter,
        respond_by=at + policy.respond_within,
        resolve_by=at + policy.resolve_within,
        parties=policy.parties,
    )


def notice_doc(site: Site, policy: NoticePolicy, raised: AlarmRaised, alarm_id: str) -> NoticeDoc:
    """The notice an alarm becomes."""
    at = raised.at.astimezone(UTC)
    words = _words(site, raised)
    return NoticeDoc(
        id=notice_id(alarm_id),
        title=_fill(policy.title, words),
        text=_fill(policy.text, words),
        audience=object_doc(site, location_of(site, raised), policy.audience),
        start=at,
        end=at + policy.lasts,
        publish=policy.publish,
    )
