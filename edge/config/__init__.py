"""The site file, loaded: everything that the gateway is built from, or every mistake at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from edge.config.command_reading import read_commands
from edge.config.command_section import RemoteCommands
from edge.config.file_references import check_files, resolve_files
from edge.config.history_section import HistorySection
from edge.config.network_checks import check_network
from edge.config.page_section import PageSection
from edge.config.report_checks import check_reports
from edge.config.rules_beside import with_rules
from edge.config.series_section import SeriesSection
from edge.config.site_alarms import check_policies, place_alarms
from edge.config.site_build import device_of, parts_of, site_of
from edge.config.site_checks import check_behind, check_reference, ids_of
from edge.config.site_reading import Draft, read_site
from edge.config.site_rules import check_built_in, check_site_rules, rules_written
from edge.config.uplink_section import UpdatesSection, UplinkSection
from edge.config.vision_section import MODELS, VisionSection
from edge.config.window_reading import read_windows, windows_written
from edge.driver import Kinds, Link, Placed
from edge.drivers import KINDS
from edge.errors import ConfigError, Problem
from edge.files.problems import Language, Problems, config_error, screen
from edge.files.text_file import read_text
from edge.files.yaml_file import Document, parse
from edge.model import Device, Location, Text
from edge.profiles import Profiles, shipped
from edge.rules.window import WindowRule
from edge.rules.written import WrittenRule
from edge.schema import AlarmSpec, DoorSpec, Profile
from edge.site import Site

__all__ = [
    "Configuration",
    "HistorySection",
    "PageSection",
    "PlacedAlarm",
    "SeriesSection",
    "UplinkSection",
    "VisionSection",
    "load",
]

OWN_PROFILES: Final = "profiles"
"""The folder beside a site file whose profiles go before the shipped ones."""

_CORRECT: Final = Text("按提示修改", "correct it")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedAlarm:
    """An alarm on one device: the device's id, the alarm's name there, what it is."""

    device: str
    name: str
    spec: AlarmSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """A site, ready to be run.

    `sections` is each link as it is written and `placed` the devices on it, by the link's id.
    `doors` are the devices whose door has a contact; `rules` those that the site has written,
    `watch` the options of those in code, by name; `warnings` is what a person should look at all
    the same.
    """

    site: Site
    links: tuple[Link, ...]
    alarms: tuple[PlacedAlarm, ...]
    doors: Mapping[str, DoorSpec]
    uplinks: tuple[UplinkSection, ...]
    store: Path
    sections: Mapping[str, BaseModel] = field(default_factory=dict)
    placed: Mapping[str, tuple[Placed[Any, Any], ...]] = field(default_factory=dict)
    rules: tuple[WrittenRule, ...] = ()
    windows: tuple[WindowRule, ...] = ()
    watch: Mapping[str, BaseModel] = field(default_factory=dict)
    commands: RemoteCommands = field(default_factory=RemoteCommands)
    page: PageSection = field(default_factory=PageSection)
    vision: VisionSection = field(default_factory=VisionSection)
    series: SeriesSection | None = None
    updates: UpdatesSection | None = None
    history: HistorySection = field(default_factory=HistorySection)
    warnings: tuple[Problem, ...] = ()

    @property
    def models(self) -> Path:
        """The folder of the models that cameras ask."""
        return Path(self.vision.models) if self.vision.models else self.store / MODELS

    def advice(self, language: Language) -> str:
        """The warnings as a person reads them; empty when there are none."""
        return screen(self.warnings, language)


def load(  # noqa: PLR0913 - a file, and what may stand in for parts of it
    path: Path,
    *,
    language: Language | None = None,
    kinds: Kinds = KINDS,
    profiles: Profiles | None = None,
    home: Path | None = None,
    rules: Path | None = None,
) -> Configuration:
    """Read a site file and what it names; `ConfigError` tells all mistakes on one screen.

    Without a language the messages are in the site's own. Without `profiles` those beside the
    site file count, then the shipped ones. `home` is the folder of the site file, when it is read
    elsewhere to be tried: secrets and the store are found there. `rules` are tried beside its own.
    """
    folder = path.resolve().parent
    home = home or folder
    document, spoken = _read(path, language, home, rules)
    problems = Problems(document.problems)
    draft = read_site(document, kinds, problems)
    check_files(document, home, problems)
    own = Profiles(folder / OWN_PROFILES, shipped(), kinds=kinds, language=spoken)
    by_device = _profiles(document, draft, profiles or own, problems)
    check_reports(document, draft.devices, by_device, problems)
    placed = _placed(document, draft, by_device, folder, problems)
    links = _bind(document, draft, placed, problems)
    alarms = _alarms(document, draft, by_device, problems)
    windows = read_windows(document, problems)
    commands = read_commands(document, draft, by_device, problems)
    site = _site(document, draft, list(placed.values()), alarms, problems)
    if site is None or draft.gateway is None:
        raise config_error(_shortened(problems.found, folder), spoken)
    made = _configuration(draft, site, links, list(placed.values()), alarms)
    return replace(
        made,
        store=home / draft.gateway.store,
        windows=windows_written(windows, draft.rules, site),
        commands=commands,
        warnings=tuple(problems.warnings),
    )


def _configuration(
    draft: Draft,
    site: Site,
    links: tuple[Link, ...],
    placed: Sequence[Placed[Any, Any]],
    alarms: Sequence[tuple[str, str, AlarmSpec]],
) -> Configuration:
    """What follows from the sections alone, once nothing in them is wrong."""
    on: dict[str, list[Placed[Any, Any]]] = {section.id: [] for section in draft.links.values()}
    for each in placed:
        on[each.device.link].append(each)
    return Configuration(
        site=site,
        links=links,
        alarms=tuple(PlacedAlarm(device=d, name=name, spec=spec) for d, name, spec in alarms),
        doors={each.device.id: each.profile.door for each in placed if each.profile.door},
        uplinks=tuple(draft.uplinks.values()),
        store=Path(),
        sections={section.id: section for section in draft.links.values()},
        placed={section.id: tuple(on[section.id]) for section in draft.links.values()},
        rules=rules_written(draft.rules, site),
        watch=draft.rules.watch,
        page=draft.page or PageSection(),
        vision=draft.vision or VisionSection(),
        series=draft.series,
        updates=draft.updates,
        history=draft.history or HistorySection(),
    )


def _alarms(
    document: Document, draft: Draft, profiles: Mapping[int, Profile], problems: Problems
) -> tuple[tuple[str, str, AlarmSpec], ...]:
    """Every alarm that a file describes; rules, network and policies are seen to fit them."""
    alarms = place_alarms(document, draft, profiles, problems)
    check_site_rules(document, draft, profiles, alarms, problems)
    check_network(document, problems)
    check_policies(document, draft, (spec for _, _, spec in alarms), problems)
    return alarms


def _site(
    document: Document,
    draft: Draft,
    placed: Sequence[Placed[Any, Any]],
    alarms: Sequence[tuple[str, str, AlarmSpec]],
    problems: Problems,
) -> Site | None:
    """The site; none when something is wrong with it, or with what rules in code are told of it."""
    if problems.found or draft.site is None or draft.gateway is None:
        return None
    site = site_of(draft, draft.site, draft.gateway, placed, alarms)
    check_built_in(document, draft.rules, site, alarms, problems)
    return None if problems.found else site


def _read(
    path: Path, language: Language | None, home: Path, rules: Path | None
) -> tuple[Document, Language]:
    """The file's tree, and the language in which to speak of it."""
    document = parse(read_text(path, path.name, language or "zh"), path.name)
    own: Language = "en" if document.at(("site", "language")) == "en" else "zh"
    if document.tree is None:
        raise config_error(document.problems, language or own)
    spoken = language or own
    document = with_rules(document, rules, spoken) if rules else document
    return resolve_files(document, home), spoken


def _shortened(problems: Sequence[Problem], folder: Path) -> list[Problem]:
    """Call files in the site file's folder by their names there."""
    return [replace(each, file=each.file.removeprefix(f"{folder}/")) for each in problems]


def _profiles(
    document: Document, draft: Draft, profiles: Profiles, problems: Problems
) -> dict[int, Profile]:
    """Each device's profile, told once when it is broken, refused when it is another driver's."""
    known = profiles.ids()
    found: dict[int, Profile] = {}
    for index, device in draft.devices.items():
        steps = ("devices", index, "profile")
        noun = Text("设备型号", "profile")
        if not check_reference(document, steps, noun, known, problems):
            continue
        try:
            profile = profiles.get(device.profile)
        except ConfigError as error:
            problems.take(error, document, steps, _CORRECT)
            continue
        if (kind := draft.kinds.get(device.link)) and kind.name != profile.driver:
            what = Text(
                f"型号用驱动 {profile.driver}，链路 {device.link} 用 {kind.name}",
                f"the profile is for {profile.driver}, the link {device.link} for {kind.name}",
            )
            remedy = Text("换型号或换链路", "choose another profile or another link")
            problems.add(document, steps, what, remedy)
            continue
        found[index] = profile
    return found


def _placed(
    document: Document,
    draft: Draft,
    profiles: Mapping[int, Profile],
    folder: Path,
    problems: Problems,
) -> dict[int, Placed[Any, Any]]:
    """Every sound device with its profile and address, and what stands behind it."""
    placed: dict[int, Placed[Any, Any]] = {}
    for index, section in draft.devices.items():
        if index not in profiles or index not in draft.addresses:
            continue
        address = draft.addresses[index]
        behind: Mapping[str, Location] = {}
        kind = draft.kinds[section.link]
        if kind.components is not None:
            try:
                behind = kind.components(address, folder)
            except ConfigError as error:
                problems.take(error, document, ("devices", index, "address"), _CORRECT)
        if kind.parts is not None:
            behind = parts_of(section, kind.parts(address), draft.site)
        check_behind(document, ("devices", index, "address", "places"), behind, problems)
        device: Device = device_of(section, profiles[index], behind)
        placed[index] = Placed(device=device, profile=profiles[index], address=address)
    return placed


def _bind(
    document: Document,
    draft: Draft,
    placed: Mapping[int, Placed[Any, Any]],
    problems: Problems,
) -> tuple[Link, ...]:
    """Give each sound link its devices; one that lacks a device would only complain of that."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for i in ids_of(document, "devices"):
        if isinstance(link := document.at(("devices", i, "link")), str):
            wanted[link].append(i)
    links: list[Link] = []
    for index, section in draft.links.items():
        own = wanted[section.id]
        if any(i not in placed for i in own):
            continue
        try:
            links.append(section.bind([placed[i] for i in own]))
        except ConfigError as error:
            problems.take(error, document, ("links", index), _CORRECT)
    return tuple(links)
