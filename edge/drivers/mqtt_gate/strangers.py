"""A gate that the site does not know: what it said, and which profile suits it."""

from __future__ import annotations

import re
from typing import Final

from edge.drivers.mqtt_gate import codec
from edge.drivers.mqtt_gate.codec import Channel, Contact, Envelope, Other, Unreadable
from edge.drivers.mqtt_gate.profile import GateProfile
from edge.drivers.mqtt_gate.routes import located
from edge.drivers.mqtt_gate.words import CHANNELS
from edge.model import Text
from edge.strangers import Address, Fit, Heard

GOOD: Final = 0.6
"""The topics are the profile's, and the message can be read with it."""
BETTER: Final = 0.9
"""It says what only some gates say: what their door contact does."""
POOR: Final = 0.3
"""The topics alone."""
NUMBER: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")


def said(channel: Channel, envelope: Envelope) -> Text:
    """What a message is, in a line; nothing of a person is in it."""
    words, operator = CHANNELS[channel], envelope.operator[:40]
    return Text(f"{words.zh} {operator}".strip(), f"{words.en} {operator}".strip())


def address_of(number: str) -> Address:
    """The section `address` for the number; empty where it cannot be one."""
    return {"device_id": number} if NUMBER.fullmatch(number) else {}


def fits(profile: GateProfile, heard: Heard) -> Fit | None:
    """How well a profile suits what was heard; none when the topics are others."""
    number, channel = located(profile.topics, heard.topic)
    if channel is None:
        return None
    address = address_of(number) or heard.address
    try:
        what = codec.decode(channel, heard.sample, profile)
    except Unreadable:
        return Fit(score=POOR, address=address)
    score = BETTER if isinstance(what, Contact) else POOR if isinstance(what, Other) else GOOD
    return Fit(score=score, address=address)
