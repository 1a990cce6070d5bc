"""What people do about alarms, asked by a program or from a page: noted, told, and kept."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

from fastapi import Request

from edge.access.roles import Principal
from edge.alarms import may_shelve
from edge.api.audited import note
from edge.api.house import House
from edge.api.problems import problem
from edge.api.sight import Sight
from edge.model import (
    Alarm,
    AlarmAcknowledged,
    AlarmReset,
    AlarmShelved,
    AlarmUnshelved,
    Event,
)


class AlarmCalls:
    """Each returns the alarm as it stands then; over, as it stood before."""

    def __init__(self, house: House) -> None:
        self._house = house

    def find(self, number: int, who: Principal) -> Alarm:
        """An alarm that is not over; a problem where there is none, or none that may be seen."""
        alarm = self._house.running.alarms.all.get(number)
        if alarm is None or not Sight(self._house.site, who).alarm(alarm):
            raise problem(
                HTTPStatus.NOT_FOUND, "没有这条报警，或它已结束", "no such alarm, or over"
            )
        return alarm

    async def acknowledge(
        self, request: Request, who: Principal, number: int, comment: str
    ) -> Alarm:
        """Say that it was seen; whoever says so first is remembered."""
        key, at = self.find(number, who).key, self._house.now()
        said = AlarmAcknowledged(alarm=key, by=who.name, comment=comment, at=at)
        return await self._change(request, who, number, said, comment=comment)

    async def shelve(
        self, request: Request, who: Principal, number: int, minutes: int, reason: str
    ) -> Alarm:
        """Put it aside for a while; it comes back by itself."""
        alarm, now = self.find(number, who), self._house.now()
        if not may_shelve(alarm.raised.lane):
            raise problem(
                HTTPStatus.CONFLICT,
                "生命安全类报警不能搁置；测试或维保请开窗口",
                "life safety cannot be shelved; for a test or maintenance begin a suppression",
            )
        until = now + timedelta(minutes=minutes)
        said = AlarmShelved(alarm=alarm.key, until=until, by=who.name, reason=reason, at=now)
        return await self._change(request, who, number, said, reason=reason, minutes=str(minutes))

    async def unshelve(self, request: Request, who: Principal, number: int) -> Alarm:
        """Take it back."""
        key = self.find(number, who).key
        said = AlarmUnshelved(alarm=key, by=who.name, at=self._house.now())
        return await self._change(request, who, number, said)

    async def reset(self, request: Request, who: Principal, number: int) -> Alarm:
        """End a latched alarm whose condition is gone."""
        alarm = self.find(number, who)
        if not alarm.latched:
            raise problem(
                HTTPStatus.CONFLICT,
                "条件仍成立，或报警没有锁存，无需复位",
                "its condition still holds, or it is not latched: there is nothing to reset",
            )
        said = AlarmReset(alarm=alarm.key, by=who.name, at=self._house.now())
        return await self._change(request, who, number, said)

    async def _change(
        self, request: Request, who: Principal, number: int, event: Event, **detail: str
    ) -> Alarm:
        before = self.find(number, who)
        about = {"number": str(number), **detail}
        await note(request, who, event.kind, before.key, detail=about)
        await self._house.tell(event)
        return self._house.running.alarms.all.get(number, before)
