"""A backup that is brought to a gateway at which nobody is enrolled yet."""

from __future__ import annotations

import asyncio
import hmac
import secrets
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask
from starlette.datastructures import FormData, UploadFile

from edge.access.accounts import Refused
from edge.api.audited import address_of, note
from edge.api.entrance import cookie_of
from edge.api.house import House
from edge.api.limits import USUAL_BODY
from edge.api.problems import problem
from edge.api.restoring import MOST_BACKUP, MOST_KEYS, NotRestored, Prepared, Wish
from edge.api.security import for_everybody
from edge.api.ui.entrance_pages import Typed
from edge.api.ui.screen import Screen

PASS_LIVES: Final = timedelta(minutes=30)
"""Between the code and the backup: it may have to be fetched from another computer."""

PATH: Final = "/enrol/restore"


def restore_pages(house: House, screen: Screen) -> APIRouter:
    """The code first, so that nobody without it sends anything large; then the backup."""
    routes = APIRouter(include_in_schema=False, max_body_size=MOST_BACKUP + MOST_KEYS + USUAL_BODY)
    door = _Door(house, screen)

    @routes.get(PATH, dependencies=[for_everybody()])
    async def ask(request: Request) -> Response:
        """Ask for the code, and then for the backup; where somebody is enrolled, nobody may."""
        if house.accounts.enrolled:
            return RedirectResponse("/", HTTPStatus.SEE_OTHER)
        return await door.form(request)

    @routes.post(PATH, dependencies=[for_everybody()])
    async def show(request: Request, code: Typed) -> Response:
        """Take the code; it stays good, and makes an account where no backup is restored."""
        _must_be_new(house)
        return await door.enter(request, code)

    @routes.post(f"{PATH}/backup", dependencies=[for_everybody()])
    async def bring(request: Request) -> Response:
        """Take the backup, and begin anew with it; nothing is read before it is known from whom."""
        _must_be_new(house)
        return await door.bring(request)

    return routes


def _must_be_new(house: House) -> None:
    if house.accounts.enrolled:
        raise problem(
            HTTPStatus.FORBIDDEN,
            "已有管理员：恢复备份要在网关上执行 whistle restore",
            "somebody is enrolled: a backup is restored on the gateway, with `whistle restore`",
            code="enrolled",
        )


class _Door:
    """Knows who has shown the code, and lets one backup in at a time."""

    def __init__(self, house: House, screen: Screen) -> None:
        self._house = house
        self._screen = screen
        self._pass: tuple[str, datetime] | None = None
        self._busy = asyncio.Lock()

    async def form(
        self,
        request: Request,
        refused: Refused | None = None,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        """Show what is asked for next."""
        return await self._screen.page(
            request,
            None,
            "restore.html",
            status=status,
            refused=refused,
            known=self._is_known(request),
            occupied=self._is_occupied(),
            most=MOST_BACKUP // 2**20,
        )

    async def enter(self, request: Request, code: str) -> Response:
        """Let whoever has the code go on to the backup."""
        try:
            await self._house.accounts.must_be_the_code(code, address_of(request))
        except Refused as refused:
            if refused.tried:
                detail = {"why": refused.what.en}
                await note(request, None, "session.refused", outcome="refused", detail=detail)
            busy = HTTPStatus.TOO_MANY_REQUESTS
            return await self.form(
                request, refused, HTTPStatus.UNAUTHORIZED if refused.tried else busy
            )
        secret = secrets.token_urlsafe(32)
        self._pass = (secret, self._house.now() + PASS_LIVES)
        answer = RedirectResponse(PATH, HTTPStatus.SEE_OTHER)
        answer.set_cookie(
            _cookie(request),
            secret,
            max_age=int(PASS_LIVES.total_seconds()),
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="strict",
            path="/",
        )
        return answer

    async def bring(self, request: Request) -> Response:
        """Unpack what was brought, say what follows, and begin anew."""
        if not self._is_known(request):
            raise problem(
                HTTPStatus.UNAUTHORIZED,
                "先输入注册码",
                "type the enrolment code first",
                code="log-in",
            )
        if self._busy.locked():
            raise problem(
                HTTPStatus.CONFLICT,
                "正在恢复另一个备份",
                "another backup is being restored",
                code="busy",
            )
        async with self._busy, request.form(max_files=2, max_fields=2) as form:
            prepared = await self._prepare(request, form)
        answer = await self._screen.page(request, None, "restored.html", prepared=prepared)
        answer.background = BackgroundTask(self._begin_anew)
        self._pass = None
        return answer

    async def _prepare(self, request: Request, form: FormData) -> Prepared:
        if self._is_occupied() and form.get("replace") != "on":
            raise _refusal(
                "这里已有一个站点；勾选把它移到一边",
                "there is a site already: tick to move it aside",
            )
        backup, keys = form.get("backup"), form.get("keys")
        if not isinstance(backup, UploadFile) or not backup.size:
            raise _refusal("没有选择备份文件", "no backup was chosen")
        sealed = await keys.read(MOST_KEYS + 1) if isinstance(keys, UploadFile) else b""
        wish = Wish(backup=backup.file, keys=sealed, passphrase=str(form.get("passphrase") or ""))
        await note(request, None, "backup.brought")
        try:
            return await asyncio.to_thread(self._house.restoring.prepare, wish)
        except NotRestored as error:
            detail = {"why": error.what.en}
            await note(request, None, "backup.brought", outcome="refused", detail=detail)
            raise _refusal(
                f"没有恢复，什么也没动：{error.what.zh}", f"nothing was restored: {error.what.en}"
            ) from error

    async def _begin_anew(self) -> None:
        self._house.restoring.begin_anew()

    def _is_known(self, request: Request) -> bool:
        said = request.cookies.get(_cookie(request), "")
        if self._pass is None:
            return False
        secret, until = self._pass
        left = until - self._house.now()
        fits = hmac.compare_digest(said.encode(), secret.encode())
        return fits and timedelta() < left <= PASS_LIVES

    def _is_occupied(self) -> bool:
        """Whether something would be moved aside that somebody has set up."""
        running = self._house.current()
        return running is None or bool(running.configuration.site.devices)


def _cookie(request: Request) -> str:
    return f"{cookie_of(request)}-restore"


def _refusal(zh: str, en: str) -> Exception:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, zh, en, code="not-restored")
