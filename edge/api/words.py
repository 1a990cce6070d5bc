"""The base of what the API answers with, and the language in which somebody reads it."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from edge.model import Text

Language: TypeAlias = Literal["zh", "en"]

Name: TypeAlias = Annotated[str, Field(max_length=128)]
"""What a site file names; a text that is bounded is also known to be Unicode."""

Who: TypeAlias = Annotated[str, Field(min_length=1, max_length=64)]
"""Who asks, by name."""

Plain: TypeAlias = (
    bool
    | Annotated[int, Field(ge=-(2**63), lt=2**63)]
    | Annotated[float, Field(allow_inf_nan=False)]
    | Annotated[str, Field(max_length=256)]
)
"""A value of a point, or an argument, within the bounds that one from afar has."""


class Document(BaseModel):
    """Base of all: strict, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Document):
    """The same words in both languages."""

    zh: str
    en: str

    @classmethod
    def of(cls, text: Text) -> Words:
        """The words of a text."""
        return cls(zh=text.zh, en=text.en)


def spoken(request: Request) -> Language:
    """The language that a request prefers: Chinese, unless English is named before it."""
    wanted = request.headers.get("accept-language", "").lower()
    first = next((tag for tag in wanted.split(",") if tag.strip()[:2] in {"zh", "en"}), "zh")
    return "en" if first.strip().startswith("en") else "zh"
