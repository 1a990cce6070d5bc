"""A site file as a whole, for its schema; it is read section by section."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from edge.config.command_section import CommandsSection
from edge.config.history_section import HistorySection
from edge.config.page_section import PageSection
from edge.config.rule_section import Schedules, SiteRule
from edge.config.series_section import SeriesSection
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
from edge.config.window_section import WindowSection
from edge.rules.spec import Calendar
from edge.schema import Strict


class SiteFile(Strict):
    """Everything that one site file says."""

    site: SiteSection
    gateway: GatewaySection
    buildings: tuple[BuildingSection, ...] = ()
    links: tuple[Any, ...]
    devices: tuple[DeviceSection, ...]
    alarms: tuple[SiteAlarm, ...] = ()
    schedules: Schedules = Field(
        default_factory=dict, description="Times of the day by name, for rules."
    )
    calendar: Calendar = Field(
        default_factory=dict, description="Lists of days by name, for schedules."
    )
    rules: tuple[SiteRule, ...] = Field(
        (), description="Conditions over several points and events, and what follows from them."
    )
    suppressions: tuple[WindowSection, ...] = Field(
        (), description="Tests and maintenance that come again by schedule."
    )
    watch: dict[str, Any] = Field(
        default_factory=dict, description="The options of the built-in rules, by their names."
    )
    commands: CommandsSection = Field(
        CommandsSection(), description="Who may command devices from afar; nobody by default."
    )
    page: PageSection = Field(PageSection(), description="The technician's page on the network.")
    vision: VisionSection = Field(
        VisionSection(), description="What all cameras of the site share."
    )
    policies: tuple[PolicySection, ...] = ()
    uplinks: tuple[UplinkSection, ...] = ()
    history: HistorySection = Field(
        HistorySection(), description="How much of the readings is kept here, and for how long."
    )
    series: SeriesSection | None = Field(
        None, description="The database that every reading is written to; none when not written."
    )
    updates: UpdatesSection | None = Field(
        None, description="Where releases may be fetched from; from nowhere when not written."
    )
