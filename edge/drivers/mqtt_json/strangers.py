"""A sensor that the site does not know: what it said, and which profile suits it."""

from __future__ import annotations

import re
from typing import Final
from zoneinfo import ZoneInfo

from edge.drivers.mqtt_json import codec
from edge.drivers.mqtt_json.codec import Unreadable
from edge.drivers.mqtt_json.profile import JsonProfile
from edge.drivers.mqtt_json.routes import pattern_of
from edge.json_leaves import leaves
from edge.model import Quality, Text
from edge.strangers import Address, Fit, Heard

TOPIC_ALONE: Final = 0.2
"""The topic is the profile's; what it says is not, or is hidden."""
TOPIC_AND_VALUES: Final = 0.5
"""The same with values of the profile; more for each that is there and makes sense."""
MOST_TOLD: Final = 4
"""Values in the line that tells what was said."""
NUMBER: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


def said(body: bytes, size: int) -> Text:
    """What a redacted message says, in a line; `size` is that of the message itself."""
    if not body:
        return Text(f"{size} 字节，不是 JSON", f"{size} bytes that are no JSON")
    values = [f"{leaf.path}={leaf.text}" for leaf in leaves(body) if leaf.path]
    line = ", ".join(values[:MOST_TOLD]) + (" …" if len(values) > MOST_TOLD else "")
    return Text(line, line)


def address_of(number: str) -> Address:
    """The section `address` for what stands for `{id}`; empty where it cannot be one."""
    return {"device_id": number} if NUMBER.fullmatch(number) else {}


def fits(profile: JsonProfile, heard: Heard) -> Fit | None:
    """How well a profile suits what was heard; none when it does not speak on such a topic."""
    for template in profile.templates:
        match = pattern_of(template).fullmatch(heard.topic)
        if match is not None and (address := address_of(match["id"])):
            return Fit(score=_score(profile, template, heard.sample), address=address)
    return None


def _score(profile: JsonProfile, template: str, sample: bytes) -> float:
    if template != profile.topic:
        return TOPIC_ALONE
    try:
        message = codec.decode(sample, profile, ZoneInfo("UTC"))
    except Unreadable:
        return TOPIC_ALONE
    good = sum(each.quality is Quality.GOOD for each in message.values)
    return TOPIC_AND_VALUES + 0.5 * good / len(profile.points)
