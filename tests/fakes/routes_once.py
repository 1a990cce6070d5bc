"""The application for tests: what a route reads and answers is found out once in a process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import CodeType
from typing import Any, Final

import pytest
from fastapi import FastAPI, routing

from edge.api.app import application
from edge.api.house import House

# FastAPI reads signatures and builds validators for every route, a quarter of a second for ours;
# a gateway does so once, tests in each of their houses.
_FIND_OUT: Final = routing._populate_api_route_state


@dataclass(frozen=True, slots=True)
class _Known:
    said: tuple[object, ...]
    found: dict[str, Any]


class RoutesOnce:
    """Makes applications; a route that was there before differs by its endpoint alone."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, CodeType], _Known] = {}

    def application(self, house: House) -> FastAPI:
        """The one that the product makes."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(routing, "_populate_api_route_state", self._fill)
            return application(house)

    def _fill(self, route: Any, path: str, endpoint: Callable[..., Any], **said: Any) -> None:
        key = (path, endpoint.__module__, endpoint.__code__)
        seen = (said, endpoint.__annotations__, endpoint.__defaults__, endpoint.__kwdefaults__)
        known = self._known.get(key)
        if known is None or known.said != seen:
            _FIND_OUT(route, path, endpoint, **said)
            self._known[key] = _Known(seen, dict(vars(route)))
            return
        vars(route).update(known.found)
        route.endpoint = endpoint
        route.dependant = replace(known.found["dependant"], call=endpoint)


routes_once: Final = RoutesOnce()
