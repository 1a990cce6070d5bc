"""Where an item of the site file is changed, as a form or as a text; nothing typed is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response

from edge.access.roles import Principal
from edge.api.house import House
from edge.api.problems import problem
from edge.api.ui.change.desk import Desk
from edge.api.ui.change.earlier import earlier
from edge.api.ui.change.editing import TextEdit
from edge.api.ui.change.item_asked import Asked, section_of
from edge.api.ui.change.item_form import ItemForm, filled, form, parts, text_of
from edge.api.ui.change.items import items, local, section_text, written
from edge.api.ui.change.mistakes import Mistake, mistakes, unfit
from edge.api.ui.change.proposing import Proposed, propose
from edge.api.ui.change.typed import Change, Edit, decode
from edge.api.ui.screen import Screen
from edge.errors import ConfigError
from edge.model import Text
from edge.versions import Files, Unfit


class ItemDesk:
    """Shows an item, takes what was typed, and hands it on to be looked at and applied."""

    def __init__(self, house: House, screen: Screen) -> None:
        self._house = house
        self._screen = screen
        self._desk = Desk(house, screen)

    async def show(self, request: Request, who: Principal, asked: Asked) -> Response:
        """As it is written, or as it was tried before; or what a new one begins with."""
        present = await asyncio.to_thread(self._house.versions.read)
        tried = await asyncio.to_thread(earlier, self._house, asked.came)
        files = tried or present
        key = asked.key
        if not key and tried is not None:
            key = await asyncio.to_thread(_last, files, asked)
        text = await asyncio.to_thread(_text, files, asked, key)
        named = asked.one or asked.section == "watch"  # what is not written is as it comes
        if asked.key and not named and not text:
            raise problem(
                HTTPStatus.NOT_FOUND,
                "这里没有这一项，或者它的写法不能单独修改；请看整个文件",
                "there is no such item, or it cannot be changed by itself; look at the whole file",
            )
        if asked.how == "form":
            shown = await self._form(request, who, asked, files, key, base=present.etag)
            if shown is not None:
                return shown
        text = text or section_of(asked.section).begin
        edit = TextEdit(path=asked.path("text"), base=present.etag, text=text)
        return await self._shown(request, who, asked, edit=edit)

    async def take(self, request: Request, who: Principal, asked: Asked) -> Response:
        """Check what was typed, lead on to look at it, or take it up again."""
        said = await request.form()
        typed = {
            name: [each for each in said.getlist(name) if isinstance(each, str)] for name in said
        }
        answers = filled(typed)
        present = await asyncio.to_thread(self._house.versions.read)
        base = answers.get("base") or present.etag
        if again := answers.get("change"):
            return await self._again(request, who, asked, present, decode(again))
        text = answers.get("text", "")
        if asked.how == "form":
            if answers.get("do") == "remove":
                text = ""
            elif not answers.get("do"):
                found = await self._form(
                    request, who, asked, present, asked.key, base=base, answers=answers
                )
                return found or await self.show(request, who, asked)
            else:
                try:
                    text = await asyncio.to_thread(_from_form, present, asked, answers)
                except (Unfit, ConfigError) as error:
                    return await self._refused(request, who, asked, present, answers, error)
        return await self._weighed(request, who, asked, answers, text, base)

    async def _weighed(  # noqa: PLR0913, PLR0917 - what was typed, and over what
        self,
        request: Request,
        who: Principal,
        asked: Asked,
        answers: Mapping[str, str],
        text: str,
        base: str,
    ) -> Response:
        do = answers.get("do", "check")
        key = asked.key or answers.get("name", "")
        change = _change(asked, key, text, drop=do == "remove")
        proposed = await propose(self._house, change, self._screen.language(request))
        if proposed.configuration is not None and do in {"review", "remove"}:
            return await self._desk.reviewed(request, who, change, proposed, base=base)
        wrong = await asyncio.to_thread(_wrong, proposed, asked, key, text)
        fine = proposed.configuration is not None
        if asked.how == "form":
            shown = await self._form(
                request,
                who,
                asked,
                proposed.present,
                asked.key,
                base=base,
                answers=answers,
                wrong=wrong,
                fine=fine,
            )
            if shown is not None:
                return shown
        edit = TextEdit(path=asked.path("text"), base=base, text=text, mistakes=wrong, fine=fine)
        return await self._shown(request, who, asked, edit=edit)

    async def _again(
        self, request: Request, who: Principal, asked: Asked, present: Files, change: Change
    ) -> Response:
        """What somebody wants to correct, over what is there by now."""
        proposed = await propose(self._house, change, self._screen.language(request))
        if asked.how == "form" and proposed.files is not present:
            key = asked.key or await asyncio.to_thread(_last, proposed.files, asked)
            shown = await self._form(request, who, asked, proposed.files, key, base=present.etag)
            if shown is not None:
                return shown
        text = next((each.text for each in change.edits), "")
        edit = TextEdit(
            path=asked.path("text"), base=present.etag, text=text, against=proposed.sides
        )
        return await self._shown(request, who, asked, edit=edit)

    async def _refused(  # noqa: PLR0913, PLR0917 - what was typed, and why it does not do
        self,
        request: Request,
        who: Principal,
        asked: Asked,
        present: Files,
        answers: Mapping[str, str],
        error: Unfit | ConfigError,
    ) -> Response:
        """A part of the form that cannot even be written down."""
        found = _of_error(error)
        shown = await self._form(
            request,
            who,
            asked,
            present,
            asked.key,
            base=answers.get("base", present.etag),
            answers=answers,
            wrong=found,
        )
        return shown or await self.show(request, who, asked)

    async def _form(  # noqa: PLR0913 - what the form holds
        self,
        request: Request,
        who: Principal,
        asked: Asked,
        files: Files,
        key: str,
        *,
        base: str,
        answers: Mapping[str, str] | None = None,
        wrong: Sequence[Mistake] = (),
        fine: bool = False,
    ) -> Response | None:
        """The form; none where the item can only be changed as a text."""
        try:
            found = await asyncio.to_thread(form, files, asked.section, key, answers)
        except (Unfit, ConfigError):
            return None
        shown = ItemForm(
            path=asked.path("form"), base=base, parts=parts(found), mistakes=wrong, fine=fine
        )
        name = (answers or {}).get("name", "")
        return await self._shown(request, who, asked, form=shown, name=name)

    async def _shown(  # noqa: PLR0913 - one of the two ways
        self,
        request: Request,
        who: Principal,
        asked: Asked,
        *,
        edit: TextEdit | None = None,
        form: ItemForm | None = None,
        name: str = "",
    ) -> Response:
        wrong = (edit or form or _NOTHING).mistakes
        return await self._screen.page(
            request,
            who,
            "item.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
            section=section_of(asked.section),
            asked=asked,
            edit=edit,
            form=form,
            name=name,
        )


_NOTHING = TextEdit(path="", base="", text="")


def _from_form(present: Files, asked: Asked, answers: Mapping[str, str]) -> str:
    found = form(present, asked.section, asked.key, answers)
    return text_of(present, found, answers, answers.get("name", ""), one=asked.one)


def _change(asked: Asked, key: str, text: str, *, drop: bool) -> Change:
    edit = Edit(what="item", name=asked.section, key=key, text=text)
    if asked.one:
        edit = replace(edit, what="section", key="")
    elif drop:
        edit = replace(edit, what="dropped", text="")
    return Change(edits=(edit,), back=asked.path())


def _wrong(proposed: Proposed, asked: Asked, key: str, text: str) -> tuple[Mistake, ...]:
    if not asked.one:
        return local(proposed.problems, proposed.present, proposed.files, asked.section, key, text)
    return tuple(
        replace(each, where=each.where.removeprefix(f"{asked.section}."))
        for each in proposed.mistakes
    )


def _of_error(error: Unfit | ConfigError) -> tuple[Mistake, ...]:
    if isinstance(error, ConfigError) and error.problems:
        nothing = Files(site="", contents={})
        found = mistakes(error.problems, nothing)
        return tuple(replace(each, where=each.where or each.file, line=0) for each in found)
    words = error.words if isinstance(error, Unfit) else Text(str(error), str(error))
    return mistakes([unfit(words)], Files(site="", contents={}))


def _last(files: Files, asked: Asked) -> str:
    """A new item was put behind the others."""
    several = items(files, asked.section)
    return several[-1].key if several else ""


def _text(files: Files, asked: Asked, key: str) -> str:
    if asked.one:
        return section_text(files, asked.section)
    own = written(files, asked.section, key) if key else None
    return own.text if own else ""
