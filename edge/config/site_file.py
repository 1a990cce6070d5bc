"""The sections of a site file, links and addresses left to their drivers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from string import Formatter
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    JsonValue,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)

from edge import model
from edge.model import Party
from edge.schema import AlarmSpec, Duration, Id, Kind, Name, ReportSpec, Strict, Text, fault
from edge.schema.pieces import PROFILE
from edge.site import USUAL_STORE, Escalation, IssuePolicy, NoticePolicy, Policy, Scope
from edge.timezone import Timezone

TEMPLATE_FIELDS: Final = (
    "device",
    "place",
    "building",
    "unit",
    "floor",
    "value",
    "about",
    "community",
)
"""What a policy's texts may hold in braces."""


NEXT_PARTIES: Final[tuple[Party, ...]] = ("property", "community", "street_office")
"""Who is told one after the other when a site file does not say."""


def _known_fields(text: str) -> str:
    listed = ", ".join(f"{{{field}}}" for field in TEMPLATE_FIELDS)
    remedy = model.Text(f"可用的有 {listed}", f"there are {listed}")
    try:
        parts = [(name, spec or turn) for _, name, spec, turn in Formatter().parse(text)]
    except ValueError:
        raise fault(
            model.Text("花括号不成对", "a brace has no partner"),
            model.Text(
                "成对写 { }；要写括号本身就写两个", "pair them; write two for a plain brace"
            ),
        ) from None
    for name, more in parts:
        if name is not None and (name not in TEMPLATE_FIELDS or more):
            raise fault(
                model.Text(f"没有字段 {{{name[:40]}}}", f"there is no field {{{name[:40]}}}"),
                remedy,
            )
    return text


def _floor_text(floor: Any) -> Any:
    return str(floor) if isinstance(floor, int) and not isinstance(floor, bool) else floor


Template: TypeAlias = Annotated[str, AfterValidator(_known_fields)]
Floor: TypeAlias = Annotated[
    str, BeforeValidator(_floor_text), WithJsonSchema({"type": ["string", "integer"]})
]
ProfileId: TypeAlias = Annotated[str, StringConstraints(pattern=PROFILE)]


class SiteSection(Strict):
    """Who this community is."""

    id: Id = Field(description="In topics and ids; do not change it later.")
    name: Text
    timezone: Timezone = Field(
        "Asia/Shanghai", description="An IANA name; what times are shown in."
    )
    language: Literal["zh", "en"] = Field("zh", description="Of messages about this file.")
    reporter: str = Field("智慧社区网关", description="Who an issue is reported by.")


class GatewaySection(Strict):
    """The gateway that serves it."""

    id: Id = Field(description="One of its own for each gateway; do not change it later.")
    store: Annotated[str, StringConstraints(min_length=1)] = Field(
        USUAL_STORE, description="Folder of the journal, relative to the site file."
    )


class FloorsSection(Strict):
    """The lowest and the highest floor."""

    lowest: int = Field(alias="from")
    highest: int = Field(alias="to")

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if self.lowest > self.highest:
            raise fault(
                model.Text("from 大于 to", "from is above to"),
                model.Text("from 写最低层，to 写最高层", "write the lowest floor as from"),
            )
        return self


class UnitSection(Strict):
    """An entrance of a building."""

    id: Id
    name: Text


class BuildingSection(Strict):
    """A building with its units."""

    id: Id
    name: Text
    floors: FloorsSection | None = Field(
        None, description="A device that stands outside of them is a mistake."
    )
    units: tuple[UnitSection, ...] = ()


class LocationSection(Strict):
    """Where a device stands; `building` and `unit` are ids."""

    building: str = Field("", description="The id of a building.")
    unit: str = Field("", description="The id of a unit of that building.")
    floor: Floor = ""
    room: str = Field("", description="Shown as it stands here.")
    text: str = ""

    def plain(self) -> model.Location:
        """The place as the rest of the house knows it."""
        return model.Location(
            building=self.building,
            unit=self.unit,
            floor=self.floor,
            room=self.room,
            text=self.text,
        )


class DeviceSection(Strict):
    """One device; its link's driver says what its address is."""

    id: Id = Field(description="Points, alarms and commands are called after it.")
    link: str = Field(description="The id of the link that leads to it.")
    profile: ProfileId = Field(
        description="What it is: lifts/ba_box is shipped, or a file in profiles/ beside this one."
    )
    name: Text
    address: dict[str, JsonValue] = Field(default_factory=dict)
    location: LocationSection = LocationSection()
    direction: model.Direction = Field(
        "", description="Which way a gate lets people pass; pairs gates of a building."
    )
    report: Mapping[Name, ReportSpec] = Field(
        default_factory=dict,
        description="What a platform gets of single points, instead of what the profile says.",
    )


class Selection(Strict):
    """All devices of a kind."""

    kind: Kind


class SiteAlarm(AlarmSpec):
    """An alarm of this site; on a device it replaces the profile's alarm of the same id."""

    id: Name
    devices: Selection | Annotated[tuple[Id, ...], Field(min_length=1)]


class TemplateText(Strict):
    """The same words in both languages, with fields such as {place}."""

    zh: Template
    en: Template

    def plain(self) -> model.Text:
        """The text as the rest of the house knows it."""
        return model.Text(self.zh, self.en)


class EscalationSection(Strict):
    """Who is told next when nobody accepts or resolves in time: one party after the other."""

    to: tuple[Party, ...] = Field(description="In this order; [] for nobody.")
    every: Duration | None = Field(
        None, description="Between two parties; respond_within when not written."
    )


class IssueSection(Strict):
    """The issue (问题上报/报修) that an alarm becomes."""

    category: Annotated[str, StringConstraints(min_length=1)]
    title: TemplateText
    respond_within: Duration = timedelta(minutes=10)
    resolve_within: Duration = timedelta(hours=24)
    parties: Annotated[tuple[Party, ...], Field(min_length=1)] = ("property",)
    escalate: EscalationSection | None = Field(
        None,
        description="When not written: property, community, street_office, whoever of them is"
        " not told from the beginning.",
    )

    @model_validator(mode="after")
    def _respond_first(self) -> Self:
        if self.respond_within > self.resolve_within:
            raise fault(
                model.Text(
                    "响应时限比解决时限长", "the time to respond exceeds the time to resolve"
                ),
                model.Text("把 respond_within 写得更短", "make respond_within the shorter one"),
            )
        return self

    def plain(self) -> IssuePolicy:
        """The policy as the rest of the house knows it."""
        return IssuePolicy(
            category=self.category,
            title=self.title.plain(),
            respond_within=self.respond_within,
            resolve_within=self.resolve_within,
            parties=self.parties,
            escalation=self._escalation(),
        )

    def _escalation(self) -> Escalation:
        if self.escalate is None:
            further = tuple(party for party in NEXT_PARTIES if party not in self.parties)
            return Escalation(to=further, every=self.respond_within)
        return Escalation(to=self.escalate.to, every=self.escalate.every or self.respond_within)


class NoticeSection(Strict):
    """The notice (通知公告) to residents that an alarm becomes."""

    title: TemplateText
    text: TemplateText
    audience: Scope = "building"
    publish: Literal["draft", "at_once"] = "draft"
    lasts: Duration = timedelta(hours=2)

    def plain(self) -> NoticePolicy:
        """The policy as the rest of the house knows it."""
        return NoticePolicy(
            title=self.title.plain(),
            text=self.text.plain(),
            audience=self.audience,
            publish=self.publish,
            lasts=self.lasts,
        )


class PolicySection(Strict):
    """What becomes of the alarms whose category fits a pattern, such as all of lift."""

    alarms: Annotated[str, StringConstraints(pattern=r"^[a-z_*?.]+$")]
    issue: IssueSection | None = None
    notice: NoticeSection | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.issue is None and self.notice is None:
            raise fault(
                model.Text("这条规则什么也不做", "this policy does nothing"),
                model.Text("写 issue 或 notice", "write issue, notice or both"),
            )
        return self

    def plain(self) -> Policy:
        """The policy as the rest of the house knows it."""
        return Policy(
            alarms=self.alarms,
            issue=self.issue.plain() if self.issue else None,
            notice=self.notice.plain() if self.notice else None,
        )
