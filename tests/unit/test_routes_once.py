"""The applications of tests are those that the product makes, each for its own house."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from edge.api.app import application
from tests.fakes import time
from tests.fakes.house import FakeHouse
from tests.fakes.routes_once import RoutesOnce


def test_a_route_that_was_there_before_is_the_one_that_would_be_made(tmp_path: Path) -> None:
    """What it reads and answers, and who may use it; what it does, it does for its own house."""
    first, house = FakeHouse(tmp_path / "first"), FakeHouse(tmp_path / "second")
    time.run(_closed(first, house))
    once = RoutesOnce()
    once.application(first.house)
    app, made = once.application(house.house), application(house.house)
    assert app.openapi() == made.openapi()
    assert app.state.declared == made.state.declared
    assert [_looks(each) for each in _routes(app)] == [_looks(each) for each in _routes(made)]
    assert len(_routes(app)) > 150
    assert all(each.dependant.call is each.endpoint for each in _routes(app))
    assert any(house.house in _held(each) for each in _routes(app))
    assert not any(first.house in _held(each) for each in _routes(app))


async def _closed(*houses: FakeHouse) -> None:
    for house in houses:
        async with house.lives():
            pass


def _routes(app: FastAPI) -> list[APIRoute]:
    return [each for each in app.routes if isinstance(each, APIRoute)]


def _held(route: APIRoute) -> list[object]:
    """What an endpoint knows of what stands around it."""
    return [each.cell_contents for each in route.endpoint.__closure__ or ()]


def _looks(route: APIRoute) -> tuple[object, ...]:
    said = {
        name: value
        for name, value in vars(route).items()
        if name not in {"app", "endpoint", "dependant", "response_field", "body_field"}
    }
    fields = [
        each and (each.name, each.mode, str(each.field_info))
        for each in (route.response_field, route.body_field)
    ]
    return str(said), _reads(route.dependant), str(fields)


def _reads(dependant: Dependant) -> list[object]:
    groups = (
        dependant.path_params,
        dependant.query_params,
        dependant.header_params,
        dependant.cookie_params,
        dependant.body_params,
    )
    own = [[(each.name, str(each.field_info)) for each in group] for group in groups]
    return [own, [(str(each.call), _reads(each)) for each in dependant.dependencies]]
