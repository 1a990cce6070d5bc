"""Who may use a route: each one declares it, and an application with one that does not fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Literal, TypeAlias

from fastapi import Depends, FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts

from edge.access.roles import Permission, Principal
from edge.api.audited import refused
from edge.api.forgery import check_csrf, check_origin
from edge.api.problems import problem

Who: TypeAlias = Permission | Literal["everybody"]


@dataclass(frozen=True, slots=True)
class Declared:
    """One route of the application, and who may use it."""

    methods: frozenset[str]
    path: str
    pattern: re.Pattern[str]
    who: Who

    def fits(self, method: str, path: str) -> bool:
        """Whether a request is for this route."""
        known = method in self.methods or (method == "HEAD" and "GET" in self.methods)
        return known and self.pattern.match(path) is not None


@dataclass(frozen=True, slots=True)
class _May:
    """Lets those pass who have the permission; is given who asks by the door."""

    permission: Permission

    async def __call__(self, request: Request) -> Principal:
        who: Principal | None = getattr(request.state, "principal", None)
        if who is None:  # the door has turned them away already; this is the second lock
            raise problem(HTTPStatus.UNAUTHORIZED, "请先登录", "log in first", code="log-in")
        await check_csrf(request, who)
        if not who.may(self.permission):
            await refused(request, who, self.permission)
            raise problem(
                HTTPStatus.FORBIDDEN,
                f"您的账户没有“{_NAMED[self.permission]}”的权限",
                f"your account may not {self.permission} here",
                code="not-permitted",
            )
        return who


@dataclass(frozen=True, slots=True)
class _Everybody:
    """Lets everybody pass whose browser was not sent here by another site."""

    async def __call__(self, request: Request) -> None:
        check_origin(request)


def may(permission: Permission) -> Any:
    """Declare a route for those who have this permission: the parameter is who asks."""
    return Depends(_May(permission))


def for_everybody() -> Any:
    """Declare a route open to all: `dependencies=[for_everybody()]`."""
    return Depends(_Everybody())


def declarations(app: FastAPI) -> tuple[Declared, ...]:
    """Every route of an application with who may use it; `ValueError` when one does not say."""
    return tuple(_declared(route) for route in iter_route_contexts(app.routes))


def may_enter(declared: Sequence[Declared], method: str, path: str) -> bool:
    """Whether somebody whom nobody knows may ask for this."""
    return any(each.who == "everybody" and each.fits(method, path) for each in declared)


def _declared(route: RouteContext) -> Declared:
    path, methods = route.path_format or "", frozenset(route.methods or ())
    said = list(_said(getattr(route, "dependant", None)))
    if len(said) != 1:
        found = ", ".join(said) or "nothing"
        raise ValueError(f"{sorted(methods)} {path}: declares {found}, has to declare one of who")
    return Declared(methods, path, route.path_regex, said[0])


def _said(dependant: Dependant | None) -> Iterator[Who]:
    for each in dependant.dependencies if dependant else ():
        if isinstance(each.call, _May):
            yield each.call.permission
        elif isinstance(each.call, _Everybody):
            yield "everybody"
        yield from _said(each)


_NAMED: Final[dict[Permission, str]] = {
    "look": "查看",
    "inspect": "查看留证影像",
    "operate": "操作",
    "configure": "配置",
    "audit": "审计",
    "administer": "管理",
}
