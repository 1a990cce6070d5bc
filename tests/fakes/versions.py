"""Versions of a configuration in memory, for whoever applies them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from edge.config import Configuration
from edge.errors import ConfigError
from edge.files.problems import Language
from edge.model import Text
from edge.versions import Files, Version
from tests.fakes.site import bare_site
from tests.fakes.time import EPOCH

SITE = "site.yaml"


def configuration(text: str) -> Configuration:
    """A configuration that is called by its text; `other gateway` is that of another gateway."""
    site = bare_site()
    if text == "other gateway":
        site = replace(site, gateway="gw-2")
    return Configuration(
        site=replace(site, reporter=text),
        links=(),
        alarms=(),
        doors={},
        uplinks=(),
        store=Path("var"),
    )


@dataclass
class FakeVersions:
    """What `edge.versions.Versions` does, without a disk; `log` says what it was told."""

    live: Files = field(default_factory=lambda: FakeVersions.candidate("one"))
    log: list[str] = field(default_factory=list)
    disk_full: bool = False
    kept: list[Files] = field(default_factory=list)
    _good: Files | None = None

    def __post_init__(self) -> None:
        """Begin with one version that serves."""
        self.kept.append(self.live)
        self._good = self.live

    @staticmethod
    def candidate(text: str) -> Files:
        """A site file of this text."""
        return Files(site=SITE, contents={SITE: text.encode()})

    def read(self) -> Files:
        """What is there."""
        return self.live

    def files(self, number: int) -> Files:
        """An earlier version."""
        return self.kept[number - 1]

    def check(self, files: Files, language: Language) -> Configuration:
        """Any text will do, but not `broken`."""
        text = files.text()
        if text == "broken":
            raise ConfigError(f"site.yaml:1:1 {language}")
        return configuration(text)

    def stage(self, files: Files, by: str, note: str) -> Version:
        """Replace what is there."""
        self.log.append(f"stage {files.text()}")
        self.live = files
        self.kept.append(files)
        return version(len(self.kept), by, note, EPOCH, files)

    def settle(self, number: int) -> None:
        """It serves."""
        self.log.append(f"settle {number}")
        self._good = self.live

    def roll_back(self, reason: Text) -> Version:
        """It does not."""
        if self.disk_full:
            raise OSError("no space left on device")
        self.log.append(f"roll back: {reason.en}")
        assert self._good is not None
        self.live = self._good
        return version(1, "", reason.en, EPOCH, self.live)


def version(number: int, by: str, note: str, at: datetime, files: Files) -> Version:
    """A line of the history."""
    return Version(number=number, at=at, by=by, note=note, etag=files.etag, state="trying")
