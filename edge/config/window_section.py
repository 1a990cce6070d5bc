"""A suppression that comes again by schedule, as the site file has it."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from edge import model
from edge.model import Covers
from edge.rules.schedule import Schedule
from edge.rules.window import WindowRule
from edge.schema import Name, Strict, fault

_ADDRESS: Final = re.compile(r"^([0-9A-Za-z_]+(-[0-9A-Za-z_]+)*)?$")


def _address(written: str) -> str:
    if not _ADDRESS.match(written):
        raise fault(
            model.Text("这不是地址的开头", "this is no beginning of an address"),
            model.Text(
                "写地址的前几段，例如 1-1，不写点名",
                "write its first parts, such as 1-1, without a point",
            ),
        )
    return written


class WindowSection(Strict):
    """Alarms that call nobody while a schedule applies: those that fit every key written here.

    What saves lives calls all the same, marked as under test or maintenance.
    """

    id: Name
    why: Literal["test", "maintenance"]
    schedule: Name = Field(description="One of the schedules of this file.")
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500)] = Field(
        description="What is done then, and by whom, for whoever reads of it."
    )
    device: str = ""
    component: Annotated[str, AfterValidator(_address)] = Field(
        "", description="The beginning of an address behind the device, such as 1-1."
    )
    building: str = ""
    category: Annotated[str, StringConstraints(pattern=r"^[a-z_*?.]+$")] = Field(
        "*", description="A pattern, such as fire.*."
    )

    @model_validator(mode="after")
    def _not_everything(self) -> Self:
        if self.component and not self.device:
            raise fault(
                model.Text("component 要与 device 一起写", "a component needs its device"),
                model.Text("补上 device", "write the device, too"),
            )
        if not self.device and not self.building and not self.category.strip("*"):
            raise fault(
                model.Text("这会抑制全部报警", "this would be about every alarm of the site"),
                model.Text(
                    "写 device、building 或 category", "write a device, a building or a category"
                ),
            )
        return self

    def rule(self, schedule: Schedule) -> WindowRule:
        """The rule that begins and ends it."""
        return WindowRule(
            name=self.id,
            why=self.why,
            covers=Covers(
                device=self.device,
                component=self.component,
                building=self.building,
                category=self.category,
            ),
            reason=self.reason,
            schedule=schedule,
        )
