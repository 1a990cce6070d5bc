"""What people do is written into the audit log before they are answered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from fastapi import Request

from edge.access.roles import Permission, Principal
from edge.api.house import House
from edge.api.problems import problem

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

ONCE_IN: Final = timedelta(minutes=1)
"""The same refusal of the same person is written once in this time: nobody fills the disk so."""

MOST_REMEMBERED: Final = 1_000
"""Refusals that are told apart; of more the oldest is forgotten, and written again."""


class Seldom:
    """Says of what repeats itself whether it is time to write it again."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, datetime] = OrderedDict()

    def due(self, what: str, now: datetime, once_in: timedelta = ONCE_IN) -> bool:
        """Whether this was not written lately; notes that it is written now."""
        last = self._last.get(what)
        if last is not None and last <= now < last + once_in:
            return False
        self._last[what] = now
        self._last.move_to_end(what)
        if len(self._last) > MOST_REMEMBERED:
            self._last.popitem(last=False)
        return True


async def note(  # noqa: PLR0913 - what an entry consists of
    request: Request,
    who: Principal | None,
    what: str,
    about: str = "",
    *,
    outcome: str = "done",
    detail: Mapping[str, str] = NOTHING,
) -> None:
    """Return when it is on disk; a problem with status 503 when the disk refuses it.

    It is written before what it tells is done, where that can be refused no more.
    """
    house: House = request.app.state.house
    address = address_of(request)
    try:
        await house.audit.note(who, what, about, outcome=outcome, address=address, detail=detail)
    except OSError:
        raise problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "审计记录写不进磁盘，操作没有执行；检查磁盘后再试",
            "the disk refuses the audit entry, so nothing was done; look at the disk, try again",
            code="not-audited",
        ) from None


async def refused(request: Request, who: Principal, permission: Permission) -> None:
    """Note that somebody tried what they may not, but not each time."""
    house: House = request.app.state.house
    seldom: Seldom = request.app.state.seldom
    about = f"{request.method} {request.url.path}"
    if seldom.due(f"{who.door}:{who.name}:{permission}", house.now()):
        detail = {"needs": permission}
        await note(request, who, "permission.refused", about, outcome="refused", detail=detail)


def speaking(who: Principal, by: str) -> Principal:
    """Who asks, under the name that counts: on the socket, who the operating system's user says.

    Through the network the account's name counts, whatever the request says.
    """
    return replace(who, name=by) if by and who.door == "socket" else who


def address_of(request: Request) -> str:
    """Where a request comes from; empty for the socket."""
    return request.client.host if request.client else ""
