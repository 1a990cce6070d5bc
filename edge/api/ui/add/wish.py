"""What has been chosen so far of a device that is being added; it lives in the address; pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal, TypeAlias
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from edge.api.problems import problem

Short: TypeAlias = Annotated[str, Field(max_length=64)]
Line: TypeAlias = Annotated[str, Field(max_length=300)]

Step: TypeAlias = Literal[
    "link", "find", "read", "points", "name", "review", "camera", "camera/try"
]

MOST_UNIT: Final = 255

FIELDS: Final = (
    "link",
    "new",
    "profile",
    "address",
    "zh",
    "en",
    "id",
    "building",
    "unit",
    "floor",
    "room",
    "text",
    "direction",
)


class Wish(BaseModel):
    """A device to be, as far as it is known; empty is not known yet.

    `new` is the section of a link that the site file does not have yet, and `address` the device's
    own, both as JSON. `came` is the version in which it was tried before.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    link: Short = ""
    new: Annotated[str, Field(max_length=2_000)] = ""
    profile: Line = ""
    address: Line = ""
    zh: Line = ""
    en: Line = ""
    id: Short = ""
    building: Short = ""
    unit: Short = ""
    floor: Short = ""
    room: Short = ""
    text: Line = ""
    direction: Literal["", "in", "out"] = ""
    came: Annotated[int, Field(alias="from", ge=0, lt=2**63)] = 0

    @property
    def section(self) -> Mapping[str, Any] | None:
        """The new link's section; none for a link that is there already."""
        found = _object(self.new)
        return found or None

    @property
    def place(self) -> Mapping[str, JsonValue]:
        """The device's address on its link."""
        return _object(self.address)

    @property
    def modbus_unit(self) -> int:
        """The unit of a Modbus device; 1 where that is not known."""
        unit = self.place.get("unit")
        return unit if isinstance(unit, int) and 0 <= unit <= MOST_UNIT else 1

    def but(self, **changed: str | int) -> Wish:
        """This with something else chosen."""
        return self.model_copy(update=changed)

    def path(self, step: Step, **more: str | int) -> str:
        """Where the next step is, with all that is known."""
        said = {name: value for name in FIELDS if (value := getattr(self, name))}
        return f"/add/{step}?{urlencode({**said, **more})}"


def wish_of(typed: Mapping[str, str]) -> Wish:
    """What a form says; a problem with status 422 where that cannot be."""
    try:
        return Wish.model_validate(dict(typed))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise problem(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"{where} 填得不对", f"{where} cannot be so"
        ) from None


def packed(said: Mapping[str, object]) -> str:
    """A section, or an address, as it stands in the address of a page."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
