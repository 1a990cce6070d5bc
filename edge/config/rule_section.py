"""A rule with what its alarm becomes, as the site file has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self, TypeAlias

from pydantic import Field, model_validator

from edge import model
from edge.config.site_file import IssueSection, NoticeSection
from edge.rules.spec import RuleSection, ScheduleSection
from edge.schema import Name, fault
from edge.site import Policy

Schedules: TypeAlias = Mapping[Name, ScheduleSection]


class SiteRule(RuleSection):
    """A rule of this site; `issue` and `notice` are a policy for its own alarm."""

    issue: IssueSection | None = Field(
        None, description="The issue that its alarm becomes; goes before the policies."
    )
    notice: NoticeSection | None = Field(
        None, description="The notice that its alarm becomes; goes before the policies."
    )

    @model_validator(mode="after")
    def _alarm_is_told(self) -> Self:
        if self.alarm is None and (self.issue or self.notice):
            raise fault(
                model.Text(
                    "没有报警就没有问题或通知", "without an alarm there is no issue or notice"
                ),
                model.Text("补上 raise，或删去 issue 与 notice", "write raise, or take them out"),
            )
        return self

    def policy(self, key: str) -> Policy | None:
        """What its alarm becomes, which has this key, when the rule says so itself."""
        if self.alarm is None or not (self.issue or self.notice):
            return None
        return Policy(
            alarms=self.alarm.category,
            alarm=key,
            issue=self.issue.plain() if self.issue else None,
            notice=self.notice.plain() if self.notice else None,
        )
