"""The pieces that the documents of the contract are made of."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from cloud_bridge.wire.limits import MAX_BEHIND, MAX_FIELDS, MAX_FRAME, MAX_ID, MAX_WORDS
from edge.model import (
    IssueState,
    Party,
    Suppression,
    Value,
)

Id: TypeAlias = Annotated[str, Meta(min_length=1, max_length=MAX_ID)]
Words: TypeAlias = Annotated[str, Meta(max_length=MAX_WORDS)]
Instant: TypeAlias = Annotated[datetime, Meta(tz=True)]


AlarmState: TypeAlias = Literal["active", "cleared"]


class Document(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of all documents: a field that does not apply is left out, an unknown one is ignored."""


class Bilingual(Document, frozen=True, kw_only=True):
    """The same words in Chinese and English."""

    zh: Words
    en: Words


class DeviceDoc(Document, frozen=True, kw_only=True):
    """The device an event is about; only its id is known once it is gone from the site file."""

    id: Id
    kind: Words = ""
    make: Words = ""
    model: Words = ""
    name: Bilingual | None = None


class LocationDoc(Document, frozen=True, kw_only=True):
    """Where it happened; `text` is the place in words, `names` those of community and building."""

    community: Id
    community_name: Bilingual
    building: Words = ""
    building_name: Bilingual | None = None
    unit: Words = ""
    floor: Words = ""
    room: Words = ""
    text: Bilingual


class AlarmDoc(Document, frozen=True, kw_only=True):
    """One occurrence of an alarm: the same id from raise to clear.

    `count` is how often its key was raised since somebody last acknowledged it; of a storm,
    how many alarms it stands for. `latched`: the condition is gone, somebody has to reset it.
    `suppressed` says why it calls nobody. `first` is the alarm of its group that came first.
    `behind` are the devices that are affected with it.
    """

    id: Id
    key: Id
    state: AlarmState
    acknowledged: bool
    raised_at: Instant | None = None
    count: Annotated[int, Meta(ge=1)]
    rule: Words = ""
    category: Words = ""
    text: Bilingual | None = None
    latched: bool = False
    acknowledged_by: Words = ""
    acknowledged_at: Instant | None = None
    cleared_at: Instant | None = None
    suppressed: tuple[Suppression, ...] = ()
    shelved_until: Instant | None = None
    first: Words = ""
    behind: Annotated[tuple[Words, ...], Meta(max_length=MAX_BEHIND)] = ()


class ChangeDoc(Document, frozen=True, kw_only=True):
    """What was done to an alarm or what happened to it, by whom and why."""

    what: Literal[
        "acknowledged",
        "shelved",
        "unshelved",
        "reset",
        "suppressed",
        "unsuppressed",
        "latched",
        "realarmed",
        "more",
        "issue_ended_while_active",
    ]
    by: Words = ""
    reason: Words = ""
    until: Instant | None = None


class EscalationDoc(Document, frozen=True, kw_only=True):
    """Nobody responded, or resolved, by `due`: `to` is told; `level` counts from 1."""

    level: Annotated[int, Meta(ge=1)]
    to: Party
    overdue: Literal["respond", "resolve"]
    due: Instant


class SuppressionDoc(Document, frozen=True, kw_only=True):
    """Some alarms call nobody: those that fit every field that is written."""

    id: Id
    why: Literal["test", "maintenance", "out_of_service"] | None = None
    by: Words = ""
    reason: Words = ""
    until: Instant | None = None
    device: Words = ""
    component: Words = ""
    building: Words = ""
    category: Words = ""


class CauseDoc(Document, frozen=True, kw_only=True):
    """What made the condition true; `limit` is what the value was compared with."""

    point: Words
    value: Value | None
    unit: Words = ""
    limit: Value | None = None
    about: Words = ""
    text: Bilingual


class ObjectDoc(Document, frozen=True, kw_only=True):
    """The part of the community that something concerns; `id` is `building/unit/room`."""

    type: Literal["community", "building", "unit", "room"]
    id: Id
    name: Bilingual


class IssueDoc(Document, frozen=True, kw_only=True):
    """问题上报/报修: what is to be done, by when, and who has to know.

    `opened_at` is what all its times count from: the raise, or when the alarm called anew.
    """

    id: Id
    state: Literal["new"]
    category: Words
    title: Bilingual
    description: Bilingual
    object: ObjectDoc
    reporter: Words
    opened_at: Instant | None = None
    respond_by: Instant
    resolve_by: Instant
    parties: tuple[Party, ...]


class IssueChangedDoc(Document, frozen=True, kw_only=True):
    """What the platform said of an issue, as the gateway has kept it: the confirmation of `step`.

    Seconds count from the issue's `opened_at`; each is measured once it is known.
    """

    id: Id
    state: IssueState
    by: Words = ""
    party: Words = ""
    at: Instant
    step: Words = ""
    respond_seconds: float | None = None
    resolve_seconds: float | None = None


class IssueEndedDoc(Document, frozen=True, kw_only=True):
    """The alarm behind an issue is clear; people still have to close the issue."""

    id: Id
    state: Literal["alarm_cleared"]


class NoticeDoc(Document, frozen=True, kw_only=True):
    """通知公告: what residents are told; a draft waits for a person to publish it."""

    id: Id
    title: Bilingual
    text: Bilingual
    audience: ObjectDoc
    start: Instant
    end: Instant
    publish: Literal["draft", "at_once"]


class NoticeEndedDoc(Document, frozen=True, kw_only=True):
    """The reason for a notice is gone."""

    id: Id
    state: Literal["withdrawn"]


class AccessDoc(Document, frozen=True, kw_only=True):
    """What a gate decided about a person, or what its door did."""

    decision: Literal["granted", "denied", "duress", "forced", "held_open", "closed"]
    person: Words = ""
    method: Words = ""
    reason: Words = ""
    origin: Words = ""


class DeviceStateDoc(Document, frozen=True, kw_only=True):
    """How a device answers."""

    state: Literal["online", "offline", "degraded"]
    reason: Words


class ReportDoc(Document, frozen=True, kw_only=True):
    """What a device told and wants confirmed; `frame` is what it sent, in hex."""

    what: Words
    frame: Annotated[str, Meta(max_length=MAX_FRAME)]
    origin: Words = ""
    device_time: Words = ""
    fields: Annotated[dict[str, Value], Meta(max_length=MAX_FIELDS)]


class ResetDoc(Document, frozen=True, kw_only=True):
    """What was reset: a prefix of components, empty for the whole panel."""

    component: Words


class LinkDoc(Document, frozen=True, kw_only=True):
    """A link to devices."""

    id: Id
    up: bool
    reason: Words


class CommandDoc(Document, frozen=True, kw_only=True):
    """What became of a command; `observed` is whether it was seen to have happened."""

    id: Id
    action: Words
    outcome: Literal["done", "rejected", "expired", "failed"]
    detail: Words = ""
    observed: Literal["", "yes", "no"] = ""
    issued_by: Words = ""


class GatewayDoc(Document, frozen=True, kw_only=True):
    """How the gateway itself is; `release` is the version that an update was about."""

    id: Id
    state: Literal["started", "stopping", "degraded", "updated", "update_failed"]
    reason: Words
    version: Words
    release: Words = ""


class DroppedDoc(Document, frozen=True, kw_only=True):
    """What had to be given up."""

    what: Words
    count: Annotated[int, Meta(ge=0)]
    reason: Words


class DeliveryDoc(Document, frozen=True, kw_only=True):
    """An event that a platform would not take; it is kept aside."""

    uplink: Words
    event: Id
    reason: Words
