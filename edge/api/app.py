"""The application: every route under `/api/v1`, the pages, and what guards them."""

from __future__ import annotations

from fastapi import FastAPI

from edge.api.account_routes import account_routes, session_routes, token_routes
from edge.api.alarm_routes import alarm_routes
from edge.api.audit_routes import audit_routes
from edge.api.audited import Seldom
from edge.api.bundle_routes import bundle_routes
from edge.api.camera_routes import camera_routes
from edge.api.command_routes import command_routes
from edge.api.configuration_routes import configuration_routes
from edge.api.description import description_routes
from edge.api.discovery_routes import discovery_routes
from edge.api.entrance import Entrance
from edge.api.entry_routes import entry_routes
from edge.api.event_routes import event_routes
from edge.api.evidence_routes import evidence_routes
from edge.api.headers import SecurityHeaders
from edge.api.health_routes import health_routes, metric_routes
from edge.api.house import House
from edge.api.limits import USUAL_BODY, Limits
from edge.api.link_routes import link_routes
from edge.api.live import Broadcaster
from edge.api.live_routes import live_routes
from edge.api.live_states import STATES, LogLines
from edge.api.log_routes import log_routes
from edge.api.point_routes import point_routes
from edge.api.problems import add_problems
from edge.api.reading_routes import reading_routes
from edge.api.rule_routes import rule_routes
from edge.api.security import declarations
from edge.api.site_routes import site_routes
from edge.api.standing_routes import standing_routes
from edge.api.stills import Stills
from edge.api.suppression_routes import suppression_routes
from edge.api.ui.pages import pages
from edge.api.ui.screen import Screen
from edge.api.version_routes import version_routes

_ROUTES = (
    site_routes,
    point_routes,
    reading_routes,
    alarm_routes,
    suppression_routes,
    event_routes,
    evidence_routes,
    camera_routes,
    command_routes,
    rule_routes,
    link_routes,
    discovery_routes,
    configuration_routes,
    version_routes,
    entry_routes,
    account_routes,
    session_routes,
    token_routes,
    audit_routes,
    standing_routes,
    bundle_routes,
)
_LIVE_ROUTES = (live_routes, log_routes)
_PROBES = (health_routes, metric_routes)


def application(house: House) -> FastAPI:
    """The API and the pages of one gateway; `ValueError` when a route does not say who may use it.

    `ended(application)` makes its endless answers come to their end.
    """
    app = FastAPI(
        title="Whistle",
        version=house.version,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        max_body_size=USUAL_BODY,
        telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
    )
    app.state.house, app.state.seldom = house, Seldom()
    app.state.streams, app.state.stills = set(), Stills()
    app.state.live = live = Broadcaster(house, (*STATES, LogLines(house.log)))
    screen = Screen(house)
    modules = (
        *(routes(house) for routes in _ROUTES),
        *(routes(house, live) for routes in _LIVE_ROUTES),
        *(routes(house) for routes in _PROBES),
        description_routes(app),
        *pages(house, screen, live),
    )
    for module in modules:  # taken as they are: see `api_routes`
        app.routes.extend(module.routes)
    add_problems(app, screen.trouble)
    app.state.declared = declarations(app)
    for guard in (Entrance, Limits, SecurityHeaders):  # the last one is the outermost
        app.add_middleware(guard)
    return app


def ended(app: FastAPI) -> None:
    """Send away everybody who watches, so that a server can end."""
    live: Broadcaster = app.state.live
    live.close()
    for end in tuple(app.state.streams):  # what reads a line for somebody
        end()
