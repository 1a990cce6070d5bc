"""What an ONVIF camera is asked to keep for us of what it finds, and what it then tells; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from edge.drivers.camera.codec import MOST_SAID, Garbled, Said, Way, plain
from edge.drivers.camera.soap import Question
from edge.drivers.camera.xml_tree import Element

_EVENTS: Final = "http://www.onvif.org/ver10/events/wsdl"
_PULL_POINT: Final = f"{_EVENTS}/PullPointSubscription"
_NOTIFICATION: Final = "http://docs.oasis-open.org/wsn/b-2"
_SUBSCRIPTION: Final = "http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager"

LASTS: Final = "PT60S"
"""How long a subscription lives without being renewed; relative, for cameras' clocks are wrong."""
PULLS_S: Final = 20
"""How long a camera may wait for something to tell before it answers that there is nothing."""
MOST_MESSAGES: Final = 100
"""Of one answer."""
MOST_REFERENCE: Final = 8
"""Words that a subscription wants said with each question; one camera is known that wants one."""

_TRUE: Final = frozenset({"true", "1"})
_FALSE: Final = frozenset({"false", "0"})
_WHERE: Final = (
    "Rule",
    "RuleName",
    "InputToken",
    "VideoSourceToken",
    "VideoSourceConfigurationToken",
)

SUBSCRIBE: Final = Question(
    action=f"{_EVENTS}/EventPortType/CreatePullPointSubscriptionRequest",
    body=(
        f'<CreatePullPointSubscription xmlns="{_EVENTS}">'
        f"<InitialTerminationTime>{LASTS}</InitialTerminationTime></CreatePullPointSubscription>"
    ),
)


def pull(reference: Sequence[Element]) -> Question:
    """What there is to tell."""
    return Question(
        action=f"{_PULL_POINT}/PullMessagesRequest",
        body=(
            f'<PullMessages xmlns="{_EVENTS}"><Timeout>PT{PULLS_S}S</Timeout>'
            f"<MessageLimit>{MOST_MESSAGES}</MessageLimit></PullMessages>"
        ),
        reference=reference,
        waits_s=PULLS_S,
    )


def renew(reference: Sequence[Element]) -> Question:
    """That the subscription goes on."""
    body = f'<Renew xmlns="{_NOTIFICATION}"><TerminationTime>{LASTS}</TerminationTime></Renew>'
    return Question(action=f"{_SUBSCRIPTION}/RenewRequest", body=body, reference=reference)


def unsubscribe(reference: Sequence[Element]) -> Question:
    """That it is over; a camera has room for few subscriptions."""
    body = f'<Unsubscribe xmlns="{_NOTIFICATION}"/>'
    return Question(action=f"{_SUBSCRIPTION}/UnsubscribeRequest", body=body, reference=reference)


def subscription_of(body: Element) -> tuple[str, tuple[Element, ...]]:
    """Where a subscription is asked, and what has to be said with each question."""
    reference = body.first("SubscriptionReference")
    address = reference.word("Address") if reference is not None else ""
    if reference is None or not address:
        raise Garbled("no subscription")
    wanted = reference.first("ReferenceParameters")
    return address, tuple(wanted.children[:MOST_REFERENCE]) if wanted is not None else ()


def said_in(body: Element) -> tuple[Said, ...]:
    """What the notifications of an answer say."""
    found = [_said(each) for each in [*body.all("NotificationMessage")][:MOST_SAID]]
    return tuple(each for each in found if each is not None)


def _said(notification: Element) -> Said | None:
    topic = "/".join(part.rpartition(":")[2] for part in notification.word("Topic").split("/"))
    # The outer Message of the notification holds the inner one, which has the items.
    message = next(
        (each for each in notification.all("Message") if not each.first("Message")), None
    )
    if not topic or message is None:
        return None
    source, facts = _items(message.first("Source")), _items(message.first("Data"))
    return Said(
        code=plain(topic),
        way=_way(message.attributes.get("PropertyOperation", ""), facts),
        where=plain(next((source[name] for name in _WHERE if source.get(name)), "")),
        label=plain(facts.get("ClassTypes", "")).lower(),
    )


def _items(held: Element | None) -> dict[str, str]:
    items = held.all("SimpleItem") if held is not None else ()
    return {each.attributes.get("Name", ""): each.attributes.get("Value", "") for each in items}


def _way(operation: str, facts: dict[str, str]) -> Way:
    """Whether it is so, is over, or only was: a crossing has no word of truth with it."""
    if operation == "Deleted":
        return "off"
    for name, value in facts.items():
        word = value.strip().lower()
        if name == "ObjectId" or word not in _TRUE | _FALSE:
            continue
        return "on" if word in _TRUE else "off"
    return "pulse"
