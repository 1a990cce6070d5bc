"""What an ONVIF camera says of its events, pull point by pull point, as OASIS and ONVIF have it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

EVENT_PROPERTIES: Final = (
    "<tev:GetEventPropertiesResponse><wsnt:FixedTopicSet>true</wsnt:FixedTopicSet>"
    '<wstop:TopicSet xmlns:wstop="http://docs.oasis-open.org/wsn/t-1"><tns1:RuleEngine>'
    '<FieldDetector><ObjectsInside wstop:topic="true"/></FieldDetector></tns1:RuleEngine>'
    "</wstop:TopicSet></tev:GetEventPropertiesResponse>"
)
UNSUBSCRIBED: Final = "<wsnt:UnsubscribeResponse/>"


def subscribed(address: str, at: datetime, until: datetime) -> str:
    """A pull point has been made."""
    return (
        "<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference>"
        f"<wsa5:Address>{address}</wsa5:Address></tev:SubscriptionReference>"
        f"<wsnt:CurrentTime>{_utc(at)}</wsnt:CurrentTime>"
        f"<wsnt:TerminationTime>{_utc(until)}</wsnt:TerminationTime>"
        "</tev:CreatePullPointSubscriptionResponse>"
    )


def renewed(at: datetime, until: datetime) -> str:
    """A pull point lives longer."""
    return (
        f"<wsnt:RenewResponse><wsnt:TerminationTime>{_utc(until)}</wsnt:TerminationTime>"
        f"<wsnt:CurrentTime>{_utc(at)}</wsnt:CurrentTime></wsnt:RenewResponse>"
    )


def pulled(messages: Sequence[str], at: datetime, until: datetime) -> str:
    """What has happened since it was last pulled."""
    return (
        f"<tev:PullMessagesResponse><tev:CurrentTime>{_utc(at)}</tev:CurrentTime>"
        f"<tev:TerminationTime>{_utc(until)}</tev:TerminationTime>{''.join(messages)}"
        "</tev:PullMessagesResponse>"
    )


def notification(topic: str, state: bool, at: datetime, operation: str) -> str:  # noqa: FBT001 - the value
    """One message: what a rule of the camera found, or that it is over."""
    name = "IsInside" if "FieldDetector" in topic else "State"
    source = (
        '<tt:SimpleItem Name="VideoSourceConfigurationToken" Value="VS_1"/>'
        '<tt:SimpleItem Name="Rule" Value="MyRule"/>'
    )
    return (
        "<wsnt:NotificationMessage>"
        '<wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">'
        f"{escape(topic)}</wsnt:Topic><wsnt:Message>"
        f'<tt:Message UtcTime="{_utc(at)}" PropertyOperation={quoteattr(operation)}>'
        f"<tt:Source>{source}</tt:Source><tt:Data>"
        f'<tt:SimpleItem Name="{name}" Value="{"true" if state else "false"}"/></tt:Data>'
        "</tt:Message></wsnt:Message></wsnt:NotificationMessage>"
    )


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
