"""Alarms: seen, acknowledged, put aside, explained."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from fastapi import APIRouter

from edge.alarms import may_shelve
from edge.api.documents import (
    Acknowledge,
    AlarmView,
    Shelve,
    Suppress,
    SuppressionView,
    Who,
    view,
)
from edge.api.house import House
from edge.api.problems import problem
from edge.model import (
    Alarm,
    AlarmAcknowledged,
    AlarmReset,
    AlarmShelved,
    AlarmUnshelved,
    Covers,
    Event,
    SuppressionBegan,
    SuppressionEnded,
)
from edge.rules.explain import Explained


class _AlarmCalls:
    """What the routes under `/alarms` have in common."""

    def __init__(self, house: House) -> None:
        self.house = house

    def find(self, number: int) -> Alarm:
        alarm = self.house.alarms.all.get(number)
        if alarm is None:
            raise problem(
                HTTPStatus.NOT_FOUND, "没有这条报警，或它已结束", "no such alarm, or over"
            )
        return alarm

    async def change(self, number: int, event: Event) -> AlarmView:
        """Tell, and answer with how the alarm stands then; over, as it stood before."""
        house, before = self.house, self.find(number)
        await house.tell(event)
        return view(house.alarms.all.get(number, before), house.site, house.now())


def alarm_routes(house: House) -> APIRouter:
    """The routes under `/alarms`."""
    routes, calls = APIRouter(prefix="/alarms"), _AlarmCalls(house)

    @routes.get("")
    async def alarms() -> list[AlarmView]:
        """Every alarm that is not over: active, not acknowledged, or its issue not closed."""
        now = house.now()
        ordered = sorted(house.alarms.all.values(), key=lambda a: (-a.raised.severity, a.number))
        return [view(alarm, house.site, now) for alarm in ordered]

    @routes.post("/{number}/acknowledge")
    async def acknowledge(number: int, asked: Acknowledge) -> AlarmView:
        """Say that it was seen; whoever says so first is remembered."""
        key = calls.find(number).key
        said = AlarmAcknowledged(alarm=key, by=asked.by, comment=asked.comment, at=house.now())
        return await calls.change(number, said)

    @routes.post("/{number}/unshelve")
    async def unshelve(number: int, asked: Acknowledge) -> AlarmView:
        """Take it back."""
        key = calls.find(number).key
        return await calls.change(number, AlarmUnshelved(alarm=key, by=asked.by, at=house.now()))

    _add_refusable(routes, calls)
    return routes


def _add_refusable(routes: APIRouter, calls: _AlarmCalls) -> None:
    @routes.post("/{number}/shelve")
    async def shelve(number: int, asked: Shelve) -> AlarmView:
        """Put it aside for a while; it comes back by itself."""
        alarm, now = calls.find(number), calls.house.now()
        if not may_shelve(alarm.raised.lane):
            raise problem(
                HTTPStatus.CONFLICT,
                "生命安全类报警不能搁置；测试或维保请开窗口",
                "life safety cannot be shelved; for a test or maintenance begin a suppression",
            )
        until = now + timedelta(minutes=asked.minutes)
        said = AlarmShelved(alarm=alarm.key, until=until, by=asked.by, reason=asked.reason, at=now)
        return await calls.change(number, said)

    @routes.post("/{number}/reset")
    async def reset(number: int, asked: Acknowledge) -> AlarmView:
        """End a latched alarm whose condition is gone."""
        alarm = calls.find(number)
        if not alarm.latched:
            raise problem(
                HTTPStatus.CONFLICT,
                "条件仍成立，或报警没有锁存，无需复位",
                "its condition still holds, or it is not latched: there is nothing to reset",
            )
        said = AlarmReset(alarm=alarm.key, by=asked.by, at=calls.house.now())
        return await calls.change(number, said)


def suppression_routes(house: House) -> APIRouter:
    """The routes under `/suppressions`."""
    routes = APIRouter(prefix="/suppressions")

    @routes.get("")
    async def windows() -> list[SuppressionView]:
        """What is in force."""
        return [_window(window) for window in house.alarms.suppressions.windows.values()]

    @routes.post("", status_code=HTTPStatus.CREATED)
    async def begin(asked: Suppress) -> SuppressionView:
        """Let what fits call nobody; it is kept and marked all the same."""
        covers = Covers(
            device=asked.device,
            component=asked.component,
            building=asked.building,
            category=asked.category,
        )
        _check(house, covers)
        now = house.now()
        window = SuppressionBegan(
            id=asked.id,
            why=asked.why,
            covers=covers,
            by=asked.by,
            reason=asked.reason,
            at=now,
            until=now + timedelta(minutes=asked.minutes) if asked.minutes else None,
        )
        await house.tell(window)
        return _window(window)

    @routes.delete("/{name}", status_code=HTTPStatus.NO_CONTENT)
    async def end(name: str, by: Who) -> None:
        """Let it call again."""
        if name not in house.alarms.suppressions.windows:
            raise problem(HTTPStatus.NOT_FOUND, "没有这个窗口", "no such suppression")
        await house.tell(SuppressionEnded(id=name, by=by, at=house.now()))

    return routes


def explain_routes(house: House) -> APIRouter:
    """Why an alarm is, or is not, active now."""
    routes = APIRouter(prefix="/explain")

    @routes.get("/{key:path}")
    async def explain(key: str) -> Explained:
        """The conditions one by one, with the values that they see."""
        found = house.explain(key)
        if found is None:
            raise problem(
                HTTPStatus.NOT_FOUND, "没有规则看着这条报警", "no rule watches this alarm"
            )
        return found

    return routes


def _check(house: House, covers: Covers) -> None:
    if not (covers.device or covers.building):
        raise problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "至少写 device 或 building：不能压制整个小区",
            "write device or building: a whole community is not put aside",
        )
    if covers.device and covers.device not in house.site.devices:
        raise problem(HTTPStatus.UNPROCESSABLE_ENTITY, "没有这台设备", "no such device")
    if covers.building and covers.building not in house.site.buildings:
        raise problem(HTTPStatus.UNPROCESSABLE_ENTITY, "没有这栋楼", "no such building")


def _window(window: SuppressionBegan) -> SuppressionView:
    covers = window.covers
    return SuppressionView(
        id=window.id,
        why=window.why,
        by=window.by,
        reason=window.reason,
        since=window.at,
        until=window.until,
        device=covers.device,
        component=covers.component,
        building=covers.building,
        category=covers.category,
    )
