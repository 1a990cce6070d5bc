"""A backup that is brought to a new gateway: who may, what is refused, what is said."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from edge.api.restoring import NotRestored, Prepared, Wish
from edge.model import Text
from tests.fakes.brought import SENT_AS, sent
from tests.fakes.browser import Answer, Browser
from tests.fakes.time import EPOCH
from tests.fakes.troubled_house import EN, ZH, Scene, plain, told

BACKUP = b"PK a backup"
PATH = "/enrol/restore"
OPENED = {"passphrase": "seven boats"}


@dataclass
class Bringing:
    """Somebody at a new gateway, and what came of what they brought."""

    scene: Scene
    wishes: list[tuple[bytes, bytes, str]] = field(default_factory=list)
    why: Text | None = None

    def __post_init__(self) -> None:
        self.scene.house.prepare = self._prepare
        self.browser = Browser(app=self.scene.house.app, headers={"accept": "text/html"})

    def _prepare(self, wish: Wish) -> Prepared:
        self.wishes.append((wish.backup.read(), wish.keys, wish.passphrase))
        if self.why is not None:
            raise NotRestored(self.why)
        return Prepared(site="maple", gateway="gw-1", made_at=EPOCH, missing=("secrets/city",))

    async def cookie(self) -> str:
        """Show the code; return the cookie that is given for it."""
        code = await self.scene.house.accounts.enrolment_code()
        known = await self.browser.form(PATH, {"code": code})
        assert (known.status, known.headers["location"]) == (303, PATH)
        given = known.headers["set-cookie"].lower()
        assert "httponly" in given
        assert "samesite=strict" in given
        return known.headers["set-cookie"].partition(";")[0]

    async def bring(self, cookie: str, files: dict[str, bytes], **fields: str) -> Answer:
        """Send the form with the files."""
        headers = {**EN, "content-type": SENT_AS, "cookie": cookie}
        body = sent(fields, files)
        return await self.browser.ask("POST", f"{PATH}/backup", body=body, headers=headers)


def test_a_backup_is_gone_on_from(tmp_path: Path) -> None:
    """After the code: what was brought is prepared, then, once it is answered, begun anew with."""

    async def story(scene: Scene) -> None:
        bringing = Bringing(scene)
        assert PATH in (await bringing.browser.get("/enrol", **EN)).text
        cookie = await bringing.cookie()
        form = await bringing.browser.get(PATH, cookie=cookie, **EN)
        assert "Move aside the site that is here" in plain(form)
        files = {"backup": BACKUP, "keys": b"sealed"}
        done = await bringing.bring(cookie, files, replace="on", **OPENED)
        assert done.status == 200
        assert bringing.wishes == [(BACKUP, b"sealed", *OPENED.values())]
        assert "secrets/city" in plain(done)
        assert scene.house.begun_anew.is_set()
        again = await bringing.bring(cookie, files, replace="on")
        assert again.status == 401

    told(tmp_path, story)


def test_nobody_without_the_code_brings_anything(tmp_path: Path) -> None:
    """A wrong code is refused, a body without the cookie is not read; the right one stays good."""

    async def story(scene: Scene) -> None:
        bringing = Bringing(scene)
        wrong = await bringing.browser.form(PATH, {"code": "X"}, **ZH)
        assert wrong.status == 401
        assert "注册码不对或已过期" in plain(wrong)
        assert (await bringing.bring("", {"backup": BACKUP})).status == 401
        assert (await bringing.bring("__Host-whistle-restore=x", {"backup": BACKUP})).status == 401
        assert bringing.wishes == []
        code = await scene.house.accounts.enrolment_code()
        await asyncio.sleep(60)
        assert (await bringing.browser.form(PATH, {"code": code})).status == 303
        assert (await bringing.browser.form(PATH, {"code": code})).status == 303

    told(tmp_path, story)


def test_nobody_restores_where_somebody_is_enrolled(tmp_path: Path) -> None:
    """From then on it is done on the box; a cookie from before is worth nothing."""

    async def story(scene: Scene) -> None:
        bringing = Bringing(scene)
        cookie = await bringing.cookie()
        await scene.browser()
        assert (await bringing.browser.get(PATH)).headers["location"] == "/"
        assert (await bringing.browser.form(PATH, {"code": "X"})).status == 403
        assert (await bringing.bring(cookie, {"backup": BACKUP}, replace="on")).status == 403
        assert bringing.wishes == []

    told(tmp_path, story)


def test_what_cannot_be_restored_is_told_and_changes_nothing(tmp_path: Path) -> None:
    """Why not, in the browser's language; the gateway goes on, and one may try again."""

    async def story(scene: Scene) -> None:
        bringing = Bringing(scene)
        cookie = await bringing.cookie()
        unasked = await bringing.bring(cookie, {"backup": BACKUP})
        assert (unasked.status, bringing.wishes) == (422, [])
        assert "there is a site already" in plain(unasked)
        nothing = await bringing.bring(cookie, {}, replace="on")
        assert "no backup was chosen" in plain(nothing)
        bringing.why = Text("口令不对", "another passphrase")
        refused = await bringing.bring(cookie, {"backup": BACKUP}, replace="on")
        assert refused.status == 422
        assert "nothing was restored: another passphrase" in plain(refused)
        assert not scene.house.begun_anew.is_set()
        bringing.why = None
        assert (await bringing.bring(cookie, {"backup": BACKUP}, replace="on")).status == 200

    told(tmp_path, story)


def test_the_pass_does_not_live_long(tmp_path: Path) -> None:
    """Who has shown the code and went away shows it again."""

    async def story(scene: Scene) -> None:
        bringing = Bringing(scene)
        cookie = await bringing.cookie()
        await asyncio.sleep(31 * 60)
        assert (await bringing.bring(cookie, {"backup": BACKUP}, replace="on")).status == 401
        assert "Enrolment code" in plain(await bringing.browser.get(PATH, cookie=cookie, **EN))

    told(tmp_path, story)
