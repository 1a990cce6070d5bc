"""Rules: how each stands and why, and what one would have done."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.limits import LARGE_BODY
from edge.api.paging import Page, Paged, page
from edge.api.problems import problem
from edge.api.routes import api_routes
from edge.api.rule_documents import Origin, RuleLine, RuleView, TriedView, Try, words_of
from edge.api.running import Running
from edge.api.security import may
from edge.api.sight import Sight
from edge.config import Configuration
from edge.model import Text
from edge.rules.alarm import EventAlarm, PointAlarm, StaleAlarm
from edge.rules.door import DoorRule
from edge.rules.explain import Explained, keys_of
from edge.rules.explaining import explain
from edge.rules.rule import Rule
from edge.rules.window import WindowRule
from edge.rules.written import WrittenRule
from edge.trial.chosen import NoSuchRule
from edge.trial.dry_run import DryRun, dry_run, points_of

MOST_READINGS: Final = 200_000
"""Of one try: some seconds of work in a thread."""


def rule_routes(house: House) -> APIRouter:
    """The routes under `/rules` and `/explain`."""
    routes = api_routes(tag="rules", max_body_size=LARGE_BODY)

    @routes.get("/explain/{key:path}")
    async def explained(key: str, who: Annotated[Principal, may("look")]) -> Explained:
        """Why an alarm is, or is not, active: condition by condition, with what each sees."""
        found = house.running.explain(key) if Sight(house.site, who).subject(key) else None
        if found is None:
            raise problem(
                HTTPStatus.NOT_FOUND, "没有规则看着这条报警", "no rule watches this alarm"
            )
        return found

    @routes.get("/rules")
    async def rules(
        who: Annotated[Principal, may("look")], asked: Annotated[Paged, Query()]
    ) -> Page[RuleLine]:
        """Every rule, in the order of their ids, those of components that have spoken included."""
        running, sight = house.running, Sight(house.site, who)
        lines = [
            _line(rule, running) for rule in running.engine.rules.values() if _seen(rule, sight)
        ]
        return page(lines, lambda line: line.id, asked.cursor, asked.limit)

    @routes.get("/rules/{name:path}")
    async def rule(name: str, who: Annotated[Principal, may("look")]) -> RuleView:
        """One rule: what it listens to, what it may raise, and how that stands."""
        running, sight = house.running, Sight(house.site, who)
        found = running.engine.look(name)
        if found is None or not _seen(found[0], sight):
            raise problem(HTTPStatus.NOT_FOUND, "没有这条规则", "no such rule")
        return _view(*found, house)

    _add_trying(routes, house)
    return routes


def _add_trying(routes: APIRouter, house: House) -> None:
    turn = asyncio.Lock()

    @routes.post("/rules/dry-run")
    async def tried(asked: Try, _: Annotated[Principal, may("configure")]) -> TriedView:
        """What a rule would have done over the last hours; nothing is told, nothing is done."""
        if turn.locked():
            raise problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                "另一次试算正在进行，稍后再试",
                "another trial is under way, try again in a moment",
                code="busy",
                retry=5,
            )
        async with turn:
            try:
                return TriedView.of(await _tried(house, asked))
            except NoSuchRule:
                raise problem(HTTPStatus.NOT_FOUND, "没有这条规则", "no such rule") from None


async def _tried(house: House, asked: Try) -> DryRun:
    running, until = house.running, house.now()
    configuration = running.configuration
    if asked.text is not None:
        configuration = await asyncio.to_thread(_candidate, house, asked.text)
    points = await asyncio.to_thread(points_of, configuration, asked.rule)
    since = until - timedelta(hours=asked.hours)
    readings = await running.history.readings(points, since, until, MOST_READINGS)
    run = partial(dry_run, most=MOST_READINGS, kept_since=running.history.since)
    return await asyncio.to_thread(run, configuration, asked.rule, readings, since, until)


def _candidate(house: House, text: str) -> Configuration:
    files = house.versions.read()
    return house.versions.check(files.put(files.site, text))


def _seen(rule: Rule[Any], sight: Sight) -> bool:
    """Whether all that a rule is about may be seen."""
    return all(sight.subject(each) for each in (rule.id, *keys_of(rule), *rule.points))


def _line(rule: Rule[Any], running: Running) -> RuleLine:
    found = running.engine.look(rule.id)
    return RuleLine(
        id=rule.id,
        origin=_origin(rule),
        text=words_of(_text(rule)),
        active=getattr(found[1], "active", None) if found else None,
    )


def _view(rule: Rule[Any], state: Any, house: House) -> RuleView:
    running, raises = house.running, keys_of(rule)
    found = [running.explain(key) for key in raises]
    accounts = tuple(each for each in found if each is not None)
    if not accounts:
        accounts = (explain(rule, state, house.now(), running.state.readings),)
    return RuleView(
        **_line(rule, running).model_dump(),
        points=rule.points,
        kinds=rule.kinds,
        raises=raises,
        explained=accounts,
    )


def _origin(rule: Rule[Any]) -> Origin:
    match rule:
        case PointAlarm() | StaleAlarm() | EventAlarm():
            return "alarm"
        case DoorRule():
            return "door"
        case WindowRule():
            return "window"
        case WrittenRule():
            return "written"
    return "built_in"


def _text(rule: Rule[Any]) -> Text | None:
    match rule:
        case PointAlarm() | StaleAlarm() | EventAlarm():
            return rule.words.text
        case WrittenRule():
            words = rule.acts.words
            return words.text if words else rule.acts.named
    return None
