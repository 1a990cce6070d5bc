"""Where a rule is written: checked line by line, tried, and handed on to be looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from fastapi import Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.ui.change.desk import Desk
from edge.api.ui.change.earlier import earlier
from edge.api.ui.change.item_form import form
from edge.api.ui.change.items import local
from edge.api.ui.change.proposing import Proposed, propose
from edge.api.ui.change.typed import Change, Edit, decode
from edge.api.ui.environment import zone_of
from edge.api.ui.rule.asked import Asked, Typed
from edge.api.ui.rule.beginning import beginning
from edge.api.ui.rule.editing import Editing
from edge.api.ui.rule.keys import ALARM_KEYS, RULE_KEYS, Keys, option_keys
from edge.api.ui.rule.starts import choices
from edge.api.ui.rule.trying import to_try, try_rule
from edge.api.ui.screen import Screen
from edge.config import Configuration
from edge.model import Text
from edge.versions import Files


class RuleDesk:
    """Shows a rule's text and takes what was typed; nothing of it is lost."""

    def __init__(self, house: House, screen: Screen) -> None:
        self._house = house
        self._screen = screen
        self._desk = Desk(house, screen)

    async def show(self, request: Request, who: Principal, asked: Asked) -> Response:
        """As it is in the file, as it was tried before, or as a new one begins."""
        house = self._house
        present = await asyncio.to_thread(house.versions.read)
        tried = await asyncio.to_thread(earlier, house, asked.came)
        text = await asyncio.to_thread(beginning, house, tried, present, asked)
        return await self._shown(request, who, _editing(asked, present, text))

    async def take(self, request: Request, who: Principal, asked: Asked, typed: Typed) -> Response:
        """Check it, try it, or lead on to what it changes; or take it up again."""
        text = typed.text
        if typed.change:
            edits = decode(typed.change).edits
            text = next((each.text for each in edits if each.what == "item"), "")
        change = _change(asked, text)
        proposed = await propose(self._house, change, self._screen.language(request))
        present = proposed.present
        found = replace(
            _editing(asked, present, text), base=typed.base or present.etag, hours=typed.hours
        )
        if typed.change:
            return await self._shown(request, who, replace(found, against=proposed.sides))
        if proposed.configuration is None:
            wrong = await asyncio.to_thread(_wrong, found, proposed)
            return await self._shown(request, who, wrong)
        if typed.do == "review":
            return await self._desk.reviewed(request, who, change, proposed, base=found.base)
        found = await self._tried(found, proposed.configuration, typed)
        return await self._shown(request, who, found)

    async def _tried(self, found: Editing, configuration: Configuration, typed: Typed) -> Editing:
        """What of it can be tried; and what that would have done, if it was asked for."""
        tries = await asyncio.to_thread(to_try, configuration, found.section, found.key, found.text)
        found = replace(found, fine=typed.do == "check", tries=tries, rule=typed.rule)
        if typed.do != "try" or not tries:
            return found
        chosen, zone = typed.rule if typed.rule in tries else tries[0], zone_of(self._house)
        tried = await try_rule(self._house, configuration, chosen, typed.hours, zone)
        return replace(found, rule=chosen, tried=tried)

    async def _shown(self, request: Request, who: Principal, edit: Editing) -> Response:
        running = self._house.current()
        devices = running.configuration.site.devices.values() if running else ()
        return await self._screen.page(
            request,
            who,
            "rule_edit.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if edit.mistakes else HTTPStatus.OK,
            edit=edit,
            keys=await asyncio.to_thread(_keys, edit, self._house),
            choices=tuple(choices(devices)),
        )


def _editing(asked: Asked, present: Files, text: str) -> Editing:
    return Editing(
        section=asked.section,
        key=asked.key,
        path=asked.path,
        title=_TITLES[asked.section] if asked.key else _NEW[asked.section],
        base=present.etag,
        text=text,
    )


def _wrong(found: Editing, proposed: Proposed) -> Editing:
    wrong = local(
        proposed.problems, proposed.present, proposed.files, found.section, found.key, found.text
    )
    return replace(found, mistakes=wrong)


def _change(asked: Asked, text: str) -> Change:
    edit = Edit(what="item", name=asked.section, key=asked.key, text=text)
    return Change(edits=(edit,), back=asked.path)


def _keys(edit: Editing, house: House) -> Sequence[Keys]:
    match edit.section:
        case "rules":
            return RULE_KEYS
        case "alarms":
            return ALARM_KEYS
    return option_keys(form(house.versions.read(), edit.section, edit.key).fields)


_TITLES: Final = {
    "rules": Text("修改规则", "Change a rule"),
    "alarms": Text("修改本站点的报警", "Change an alarm of this site"),
    "watch": Text("设置内置规则", "Set a built-in rule"),
}
_NEW: Final = {
    "rules": Text("新规则", "New rule"),
    "alarms": Text("为本站点另设报警", "An alarm for this site"),
    "watch": Text("设置内置规则", "Set a built-in rule"),
}
