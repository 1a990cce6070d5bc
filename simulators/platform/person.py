"""What a person at the platform does in a story: takes the issue of an alarm a step on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import structlog

from edge.model import IssueState, Value
from simulators.platform.desk import Desk
from simulators.platform.issues import NEXT
from simulators.platform.store import Store

VERBS: Final[Mapping[str, IssueState]] = MappingProxyType(
    {
        "accept": "accepted",
        "dispatch": "dispatched",
        "process": "processing",
        "resolve": "resolved",
        "reject": "rejected",
    }
)
LOOK_SECONDS: Final = 0.2
PATIENCE_SECONDS: Final = 60.0
"""An issue that has not come by then, as the way may be cut, is not waited for any longer."""

log = structlog.get_logger()


class Person:
    """Sits at the platform; `stepped` is called when an issue took a step."""

    def __init__(self, desk: Desk, stepped: Callable[[], None]) -> None:
        self._desk = desk
        self._stepped = stepped

    async def act(self, verb: str, args: Mapping[str, Value]) -> None:
        """Take the newest issue of `alarm` (a key) a step on, as soon as it is there to take it.

        `by` and `party` say who does; `ValueError` names a wrong verb.
        """
        state, alarm = VERBS.get(verb), str(args.get("alarm", ""))
        if state is None:
            raise ValueError(f"nobody at the platform knows how to {verb}; {', '.join(VERBS)}")
        by, party = str(args.get("by", "值班员")), str(args.get("party", "property"))
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while not await self._desk.quietly(  # noqa: ASYNC110 - what is waited for has no event
                    lambda store: _step(store, alarm, state, by, party)
                ):
                    await asyncio.sleep(LOOK_SECONDS)
        except TimeoutError:
            log.warning("person.found_no_issue", verb=verb, alarm=alarm)
            return
        await self._desk.write(lambda _: None)
        self._stepped()


def _step(store: Store, alarm: str, state: IssueState, by: str, party: str) -> bool:
    """Step the newest issue of an alarm; false when there is none, or the step may not follow."""
    row = store.connection.execute(
        "SELECT i.site, i.id, i.state FROM issues i JOIN alarms a ON a.site = i.site"
        " AND a.id = i.alarm WHERE a.key = ? AND i.body IS NOT NULL"
        " ORDER BY i.raised_at DESC LIMIT 1",
        (alarm,),
    ).fetchone()
    if row is None or state not in NEXT[str(row[2])]:
        return False
    store.step_issue(str(row[0]), str(row[1]), state, by, party)
    return True
