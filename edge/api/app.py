"""The application: every route under `/api/v1`."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter, FastAPI

from edge.api.alarm_routes import alarm_routes, explain_routes, suppression_routes
from edge.api.command_routes import command_routes
from edge.api.house import House
from edge.api.problems import add_problems


def application(house: House) -> FastAPI:
    """The API of one gateway."""
    app = FastAPI(title="Whistle", version=version("whistle"), docs_url=None, redoc_url=None)
    add_problems(app)
    every = APIRouter(prefix="/api/v1")
    for routes in (alarm_routes, suppression_routes, explain_routes, command_routes):
        every.include_router(routes(house))
    app.include_router(every)
    return app
