"""What a face gate exposes over MQTT, and how the site file names it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from edge import model
from edge.schema import (
    ActionSpec,
    DoorSpec,
    Duration,
    Name,
    PointSpec,
    Profile,
    Scalar,
    Strict,
    Text,
    fault,
)

Topic: TypeAlias = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^#+\s]+$")
]
"""A topic without wildcards; `{id}` stands for the gate's own number."""
Spellings: TypeAlias = Annotated[tuple[str, ...], Field(min_length=1)]
"""Names of one field in the order of preference; firmware misspells."""


class Topics(Strict):
    """Where a gate speaks and listens."""

    record: Topic = "mqtt/face/{id}/Rec"
    stranger: Topic = "mqtt/face/{id}/Snap"
    answer: Topic = "mqtt/face/{id}/Ack"
    contact: Topic = "mqtt/face/{id}/Alarm"
    basic: Topic = "mqtt/face/basic"
    heartbeat: Topic = "mqtt/face/heartbeat"
    down: Topic = "mqtt/face/{id}"

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        own = ("record", "stranger", "answer", "contact", "down")
        if missing := [name for name in own if "{id}" not in getattr(self, name)]:
            raise ValueError(f"topics without {{id}}: {', '.join(missing)}")
        return self


class Fields(Strict):
    """How the fields inside `info` are spelt."""

    device: Spellings = ("facesluiceId", "DeviceID", "deviceId")
    record: Spellings = ("RecordID", "RecordId", "recordID", "SnapOrRecordID")
    snap: Spellings = ("SnapID", "SnapId", "SnapOrRecordID")
    status: Spellings = ("VerifyStatus", "verifyStatus")
    person_type: Spellings = ("PersonType", "personType")
    person: Spellings = ("customId", "customID", "personId", "personID")
    name: Spellings = ("personName", "persionName", "Persistname", "persistname")
    time: Spellings = ("time", "Time", "CreateTime")
    live: Spellings = ("Sendintime", "SendInTime", "sendInTime")
    result: Spellings = ("result", "Result")
    detail: Spellings = ("detail", "Detail")


class Operators(Strict):
    """What the messages call themselves."""

    record: Spellings = ("RecPush", "VerifyPush")
    stranger: Spellings = ("StrSnapPush",)
    online: Spellings = ("Online",)
    offline: Spellings = ("Offline",)
    heartbeat: Spellings = ("HeartBeat", "Heartbeat", "heartbeat")


class Verdict(Strict):
    """What a `VerifyStatus` means; `undecided` is kept and confirmed, but opens nothing."""

    decision: Literal["granted", "denied", "duress", "undecided"]
    reason: Text | None = None


class Door(DoorSpec):
    """How the door contact is told; what is wrong with an open door is told from it."""

    operators: Spellings
    status: Spellings
    open: Spellings
    closed: Spellings
    exit_request: tuple[str, ...] = ()


class GateAction(ActionSpec):
    """An operator with its `info`; one that `opens` makes the next opening a permitted one."""

    operator: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,40}$")]
    info: Mapping[str, Scalar] = Field(default_factory=dict)
    opens: bool = False


class GateProfile(Profile):
    """A make and model of the family."""

    driver: Literal["mqtt_gate"]
    points: Mapping[Name, PointSpec]
    actions: Mapping[Name, GateAction] = Field(default_factory=dict)
    topics: Topics = Field(default_factory=Topics)
    operators: Operators = Field(default_factory=Operators)
    fields: Fields = Field(default_factory=Fields)
    verify_status: Annotated[Mapping[int, Verdict], Field(min_length=1)]
    person_types: Mapping[int, Text] = Field(
        default_factory=dict, description="Why a person of this type is refused."
    )
    answer_codes: Mapping[int, Text] = Field(
        default_factory=dict, description="What the codes of a refused command mean."
    )
    time_format: str = "%Y-%m-%d %H:%M:%S"
    door: Door | None = None
    offline_after: Duration = timedelta(seconds=90)
    acknowledge_online: bool = True
    forward_names: bool = Field(
        default=False, description="Send names upward; needs a recorded consent."
    )

    @model_validator(mode="after")
    def _grants_are_told(self) -> Self:
        told = self.points.get("may_open")
        if self.door is not None and (told is None or told.type != "bool"):
            raise fault(
                model.Text("有 door 却没有允许开门的点", "there is a door but no point for grants"),
                model.Text("加上布尔点 may_open", "add the point may_open of type bool"),
            )
        return self


class GateAddress(Strict):
    """The number that the gate carries in its topics."""

    device_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
