"""Which rule somebody writes, and what the form says."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from edge.api.limits import LARGE_BODY
from edge.api.ui.rule.starts import Kind
from edge.api.ui.rule.view import edit_path

Section: TypeAlias = Literal["rules", "alarms", "watch"]
Do: TypeAlias = Literal["check", "try", "review"]
Key: TypeAlias = Annotated[str, Field(max_length=64)]


class Asked(BaseModel):
    """Which rule is written: an item of a section, or a new one and what it begins with.

    `came` is the version in which it was tried before.
    """

    model_config = ConfigDict(frozen=True)

    section: Section
    key: Key = ""
    device: Key = ""
    name: Key = ""
    kind: Kind = "threshold"
    one: Annotated[str, Field(max_length=200)] = ""
    two: Annotated[str, Field(max_length=200)] = ""
    came: Annotated[int, Field(alias="from", ge=0, lt=2**63)] = 0

    @property
    def path(self) -> str:
        """Where this is written."""
        more = {"device": self.device, "name": self.name} if self.section == "alarms" else {}
        return edit_path(self.section, self.key, **more)


class Typed(BaseModel):
    """What was typed, and what is to be done with it.

    `base` is the etag of what it was written over, `rule` the one of it that is to be tried;
    `change` is what somebody wants to correct, in place of the text.
    """

    model_config = ConfigDict(frozen=True)

    text: Annotated[str, Field(max_length=LARGE_BODY)] = ""
    base: Annotated[str, Field(max_length=200)] = ""
    do: Do = "check"
    hours: Annotated[int, Field(ge=1, le=24 * 31)] = 24
    rule: Annotated[str, Field(max_length=200)] = ""
    change: Annotated[str, Field(max_length=LARGE_BODY)] = ""
