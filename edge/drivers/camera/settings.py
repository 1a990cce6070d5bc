"""What all cameras of a site share, as a camera's link needs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Which models are asked, if any are, and how much a capture keeps.

    `timezone` is the site's, for the hours of zones. `detector` is empty where none runs.
    """

    timezone: str = "UTC"
    detector: Literal["", "on"] = ""
    objects: str = ""
    faces: str = ""
    before: timedelta = timedelta(seconds=6)
    after: timedelta = timedelta(seconds=4)
