"""Every page of the technician, put together; each line is one module of pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter

from edge.api.house import House
from edge.api.live import Broadcaster
from edge.api.ui.add_camera_pages import add_camera_pages
from edge.api.ui.add_link_pages import add_link_pages
from edge.api.ui.add_name_pages import add_name_pages
from edge.api.ui.add_pages import add_pages
from edge.api.ui.add_point_pages import add_point_pages
from edge.api.ui.add_read_pages import add_read_pages
from edge.api.ui.alarms.pages import alarm_pages
from edge.api.ui.audit_pages import audit_pages
from edge.api.ui.camera_pages import camera_pages
from edge.api.ui.certificate_pages import certificate_pages
from edge.api.ui.change_pages import change_pages
from edge.api.ui.command_pages import command_pages
from edge.api.ui.configuration_pages import configuration_pages
from edge.api.ui.device_action_pages import device_action_pages
from edge.api.ui.device_pages import device_pages
from edge.api.ui.diagnostic_pages import diagnostic_pages
from edge.api.ui.entrance_pages import entrance_pages
from edge.api.ui.event_pages import event_pages
from edge.api.ui.item_pages import item_pages
from edge.api.ui.log_pages import log_pages
from edge.api.ui.me_pages import me_pages
from edge.api.ui.now.pages import now_pages
from edge.api.ui.preference_routes import preference_routes
from edge.api.ui.restore_pages import restore_pages
from edge.api.ui.rule_edit_pages import rule_edit_pages
from edge.api.ui.rule_pages import rule_pages
from edge.api.ui.screen import Screen
from edge.api.ui.static_routes import static_routes
from edge.api.ui.user_pages import user_pages
from edge.api.ui.version_pages import version_pages
from edge.api.ui.zone_pages import zone_pages

_PAGES: Final[tuple[Callable[[House, Screen], APIRouter], ...]] = (
    entrance_pages,
    restore_pages,
    alarm_pages,
    device_pages,
    device_action_pages,
    camera_pages,
    zone_pages,
    event_pages,
    command_pages,
    audit_pages,
    user_pages,
    me_pages,
    certificate_pages,
    diagnostic_pages,
    log_pages,
    add_pages,
    add_link_pages,
    add_camera_pages,
    add_read_pages,
    add_point_pages,
    add_name_pages,
    rule_pages,
    rule_edit_pages,
    configuration_pages,
    item_pages,
    change_pages,
    version_pages,
)


def pages(house: House, screen: Screen, live: Broadcaster) -> tuple[APIRouter, ...]:
    """The routes of all pages, module by module; the application takes them as they are."""
    return (
        static_routes(),
        preference_routes(),
        now_pages(house, screen, live),
        *(module(house, screen) for module in _PAGES),
    )
