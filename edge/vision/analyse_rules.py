"""What a recording is looked at for: a file of its own, or a camera of a site."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from edge.files.problems import Language, Problems, config_error
from edge.files.sections import read
from edge.files.text_file import read_text
from edge.files.yaml_file import parse
from edge.timezone import Timezone
from edge.vision.sections.zone import CameraAddress

OBJECTS: Final = "yolox_nano"
"""The model that finds people and vehicles where nobody names another."""


class RulesFile(CameraAddress):
    """A camera's address as it stands in a site file, and the time zone that hours are in."""

    timezone: Timezone = "Asia/Shanghai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What to look for, where hours are told, with which model, and whose recording it is."""

    address: CameraAddress
    timezone: ZoneInfo
    model: str
    camera: str


def read_rules(path: Path, language: Language) -> Rules:
    """Read a file of rules; `ConfigError` tells every mistake in it."""
    document = parse(read_text(path, path.name, language), path.name)
    problems = Problems(document.problems)
    found = None if document.tree is None else read(document, (), RulesFile, problems)
    if found is None or problems.found:
        raise config_error(problems.found, language)
    return Rules(
        address=found,
        timezone=ZoneInfo(found.timezone),
        model=found.detector or OBJECTS,
        camera=path.stem,
    )
