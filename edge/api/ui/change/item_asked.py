"""Which item of the site file somebody wants to change, and how."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final, Literal, TypeAlias
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from edge.api.problems import problem
from edge.api.ui.change.sections import SECTIONS, Section
from edge.model import Text

How: TypeAlias = Literal["form", "text"]


class Asked(BaseModel):
    """An item; without a key a new one. `came` is the version in which it was tried before."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    section: Annotated[str, Field(max_length=64)]
    key: Annotated[str, Field(max_length=200)] = ""
    how: How = "form"
    came: Annotated[int, Field(alias="from", ge=0, lt=2**63)] = 0

    def path(self, how: How | None = None) -> str:
        """Where it is changed."""
        said = {"section": self.section, "key": self.key, "how": how or self.how}
        return f"/configuration/item?{urlencode(said)}"

    @property
    def one(self) -> bool:
        """Whether the section is one thing, not several."""
        return section_of(self.section).form == "one"


def section_of(name: str) -> Section:
    """The section of that name; a problem with status 404 where there is none."""
    found = SECTIONS.get(name)
    if found is not None:
        return found
    if name == _KEYS.name:
        return _KEYS
    raise problem(HTTPStatus.NOT_FOUND, "没有这一节", "there is no such section")


_KEYS: Final = Section(
    name="commands.keys",
    form="list",
    title=Text("远程命令的密钥", "Keys for commands from afar"),
    about=Text("谁可以命令什么", "who may command what"),
    item=Text("密钥", "key"),
    begin="id: platform\npublic_key_file: platform.pub\nkinds: [gate]\nactions: [open]\n",
)
