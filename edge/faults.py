"""How a check within a model says, in both languages, what is wrong."""

from __future__ import annotations

from pydantic_core import PydanticCustomError

from edge.model import Text


def fault(what: Text, remedy: Text) -> PydanticCustomError:
    """What a validator raises to be told in both languages: what is wrong, what would be right."""
    words = {
        "zh": what.zh,
        "en": what.en,
        "remedy_zh": remedy.zh,
        "remedy_en": remedy.en,
    }
    return PydanticCustomError("fault", "{en}; {remedy_en}", words)
