"""A new profile, made of the values that somebody has recognised in a device's registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import msgspec

from edge.api.ui.add.points import Typed
from edge.api.words import Language
from edge.errors import ConfigError
from edge.model import Text
from edge.versions import Files, Unfit
from edge.versions.profile_draft import DraftMeta, DraftPoint, draft, profile_file


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The profile's id, the file that it goes into, and its text."""

    profile: str
    file: str
    text: str


class Present(Protocol):
    """Who knows the files that are there."""

    def read(self) -> Files:
        """Return what is on disk now."""
        ...


def made(
    present: Present, typed: Typed, points: Sequence[DraftPoint], by: str, language: Language
) -> Draft | Text:
    """The profile; or what is missing, in words. Blocks."""
    text = Text(typed.device_zh or typed.device_en, typed.device_en or typed.device_zh)
    if not points or not text.zh:
        return _NO_POINTS if not points else _NO_NAME
    said = {
        "kind": typed.kind,
        "make": typed.make or "?",
        "model": typed.model or "?",
        "source": f"read from the device itself by {by}; confirm it with the maker's manual",
        "text": {"zh": text.zh, "en": text.en},
    }
    profile = typed.own.strip()
    try:
        meta = msgspec.convert(said, DraftMeta)
        file = profile_file(profile)
        if file in present.read().contents:
            return Text(f"已有 {file}；换一个名字", f"{file} is there already; choose another name")
        return Draft(profile=profile, file=file, text=draft(meta, points, language))
    except msgspec.ValidationError:
        return _NO_KIND
    except (Unfit, ConfigError) as error:
        return error.words if isinstance(error, Unfit) else Text(str(error), str(error))


_NO_POINTS: Final = Text("先认出至少一个数值", "recognise at least one value first")
_NO_NAME: Final = Text("给这种设备一个名字", "give this kind of device a name")
_NO_KIND: Final = Text("选择设备的种类", "choose what kind of device it is")
