"""The sections of a site file read one by one, so that a broken one does not hide the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from edge.choices import nearest
from edge.config.history_section import HistorySection
from edge.config.page_section import PageSection
from edge.config.rule_reading import RuleDraft, read_rules
from edge.config.series_section import SeriesSection
from edge.config.site_checks import (
    check_claims,
    check_ids,
    check_places,
    check_reference,
    identity,
    ids_of,
)
from edge.config.site_file import (
    BuildingSection,
    DeviceSection,
    GatewaySection,
    PolicySection,
    SiteAlarm,
    SiteSection,
)
from edge.config.uplink_section import UpdatesSection, UplinkSection
from edge.config.vision_section import VisionSection
from edge.config.whole_file import SiteFile
from edge.driver import DriverKind, Kinds
from edge.files.fields import keys_at, needed_at
from edge.files.messages import add_key, unknown_key
from edge.files.problems import Problems
from edge.files.sections import read, read_each
from edge.files.yaml_file import Document
from edge.model import Text
from edge.profiles.profile_file import driver_of

M = TypeVar("M", bound=BaseModel)

LISTS: Final = (
    "buildings",
    "links",
    "devices",
    "alarms",
    "rules",
    "suppressions",
    "policies",
    "uplinks",
)
NEEDED: Final = ("site", "gateway", "links", "devices")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What of a site file is sound, by its place in the file's lists."""

    site: SiteSection | None
    gateway: GatewaySection | None
    buildings: Mapping[int, BuildingSection]
    kinds: Mapping[str, DriverKind]
    links: Mapping[int, Any]
    devices: Mapping[int, DeviceSection]
    addresses: Mapping[int, BaseModel]
    alarms: Mapping[int, SiteAlarm]
    rules: RuleDraft
    policies: Mapping[int, PolicySection]
    uplinks: Mapping[int, UplinkSection]
    page: PageSection | None
    vision: VisionSection | None
    series: SeriesSection | None
    updates: UpdatesSection | None
    history: HistorySection | None


def read_site(document: Document, kinds: Kinds, problems: Problems) -> Draft:
    """Read every section and check what can be checked within the file."""
    _check_top(document, problems)
    drivers: dict[str, DriverKind] = {}
    links: dict[int, Any] = {}
    for index in range(document.size(("links",))):
        kind = _kind_of_link(document, index, kinds, problems)
        link = read(document, ("links", index), kind.section, problems) if kind else None
        if kind and isinstance(own := document.at(("links", index, "id")), str):
            drivers.setdefault(own, kind)
        if link is not None:
            links[index] = link
    devices = read_each(document, "devices", DeviceSection, problems)
    buildings = read_each(document, "buildings", BuildingSection, problems)
    check_ids(document, problems)
    check_places(document, devices, buildings, problems)
    check_claims(document, links, problems)
    return Draft(
        site=_section(document, "site", SiteSection, problems),
        gateway=_section(document, "gateway", GatewaySection, problems),
        buildings=buildings,
        kinds=drivers,
        links=links,
        devices=devices,
        addresses=_addresses(document, drivers, problems),
        alarms=read_each(document, "alarms", SiteAlarm, problems),
        rules=read_rules(document, problems),
        policies=read_each(document, "policies", PolicySection, problems),
        uplinks=read_each(document, "uplinks", UplinkSection, problems),
        page=_section(document, "page", PageSection, problems),
        vision=_section(document, "vision", VisionSection, problems),
        series=_section(document, "series", SeriesSection, problems),
        updates=_section(document, "updates", UpdatesSection, problems),
        history=_section(document, "history", HistorySection, problems),
    )


def _check_top(document: Document, problems: Problems) -> None:
    top = document.tree
    if not isinstance(top, dict):
        what = Text("文件最外层要有键", "the file has to begin with keys")
        problems.add(document, (), what, Text("以 site: 开头", "begin with site:"))
        return
    known = keys_at(SiteFile, None, ())
    for key in top:
        if key not in known:
            what, remedy = unknown_key(key, known)
            problems.add(document, (key,), what, remedy, at="key")
    for key in NEEDED:
        if key not in top and not nearest(key, [own for own in top if own not in known]):
            what = Text(f"缺少 {key}", f"{key} is missing")
            problems.add(document, (key,), what, add_key(key, needed_at(SiteFile, {}, (key,))))
    for key in LISTS:
        if key in top and not isinstance(top[key], list):
            what = Text(f"{key} 不是列表", f"{key} is not a list")
            remedy = Text(
                "每项以 `- ` 开头；没有就写 []", "begin each item with `- `; write [] for none"
            )
            problems.add(document, (key,), what, remedy)


def _section(document: Document, key: str, model: type[M], problems: Problems) -> M | None:
    top = document.tree
    return read(document, (key,), model, problems) if isinstance(top, dict) and key in top else None


def _kind_of_link(
    document: Document, index: int, kinds: Kinds, problems: Problems
) -> DriverKind | None:
    if isinstance(document.at(("links", index)), dict):
        return driver_of(document, ("links", index, "driver"), kinds, problems)
    what = Text("这里不是一组键值", "this is not a section of keys")
    remedy = Text("写 id、driver 等键", "write its keys: id, driver, …")
    problems.add(document, ("links", index), what, remedy)
    return None


def _addresses(
    document: Document, drivers: Mapping[str, DriverKind], problems: Problems
) -> dict[int, BaseModel]:
    """Each device's address, as its link's driver wants it; no two alike on one link."""
    links = frozenset(ids_of(document, "links").values())
    found: dict[int, BaseModel] = {}
    taken: dict[object, int] = {}
    for index in range(document.size(("devices",))):
        noun = Text("链路", "link")
        check_reference(document, ("devices", index, "link"), noun, links, problems)
        link = document.at(("devices", index, "link"))
        kind = drivers.get(link) if isinstance(link, str) else None
        if kind is None:
            continue
        steps = ("devices", index, "address")
        address = read(document, steps, kind.address, problems)
        if address is None:
            continue
        own = (link, identity(address))
        if own in taken:
            what = Text(
                f"与第 {taken[own]} 行的设备地址相同",
                f"the device in line {taken[own]} has this address on the link already",
            )
            remedy = Text("每台设备写自己的地址", "give each device an address of its own")
            problems.add(document, steps, what, remedy)
            continue
        taken[own] = document.mark(steps).line
        found[index] = address
    return found
