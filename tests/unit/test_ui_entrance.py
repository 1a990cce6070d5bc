"""In front of the door: login, enrolment, logout, language and appearance."""

from __future__ import annotations

import html
import re
from pathlib import Path

from tests.fakes.access import PASSWORD
from tests.fakes.browser import Browser
from tests.fakes.troubled_house import EN, ZH, Scene, plain, told


def test_nobody_gets_in_without_a_password(tmp_path: Path) -> None:
    """Every page leads to the login, and the login back to the page."""

    async def story(scene: Scene) -> None:
        await scene.browser("technician")
        nobody = Browser(app=scene.house.app, headers={"accept": "text/html"})
        away = await nobody.get("/alarms?lane=fault")
        assert away.status == 303
        login = await nobody.get(away.headers["location"], **EN)
        assert 'name="next" value="/alarms?lane=fault"' in html.unescape(login.text)
        fields = {"name": "technician0", "password": "wrong", "next": "/alarms?lane=fault"}
        wrong = await nobody.form("/login", fields, **EN)
        assert "the account or the password is wrong" in plain(wrong)
        assert 'value="technician0"' in wrong.text
        assert "wrong" not in re.findall(r'type="password"[^>]*', wrong.text)[0]
        right = await nobody.form("/login", {**fields, "password": PASSWORD})
        assert (right.status, right.headers["location"]) == (303, "/alarms?lane=fault")
        assert "httponly" in right.headers["set-cookie"].lower()

    told(tmp_path, story)


def test_a_login_leads_nowhere_else(tmp_path: Path) -> None:
    """A link that somebody sent around does not end on their page."""

    async def story(scene: Scene) -> None:
        await scene.browser("technician")
        nobody = Browser(app=scene.house.app, headers={"accept": "text/html"})
        fields = {"name": "technician0", "password": PASSWORD, "next": "https://evil.example/x"}
        assert (await nobody.form("/login", fields)).headers["location"] == "/x"

    told(tmp_path, story)


def test_whoever_has_the_code_becomes_the_admin(tmp_path: Path) -> None:
    """A new gateway leads to the enrolment; a slip keeps what was typed, but no password."""

    async def story(scene: Scene) -> None:
        nobody = Browser(app=scene.house.app, headers={"accept": "text/html"})
        assert (await nobody.get("/")).headers["location"] == "/enrol"
        assert (await nobody.get("/login")).headers["location"] == "/enrol"
        code = await scene.house.accounts.enrolment_code()
        fields = {"code": code, "name": "王工", "password": PASSWORD, "repeated": "another"}
        slip = await nobody.form("/enrol", fields, **EN)
        assert slip.status == 422
        assert "the two passwords differ" in plain(slip)
        assert f'value="{code}"' in slip.text
        assert PASSWORD not in slip.text
        wrong = await nobody.form("/enrol", {**fields, "code": "X", "repeated": PASSWORD}, **EN)
        assert "the code is wrong or has expired" in plain(wrong)
        right = await nobody.form("/enrol", {**fields, "repeated": PASSWORD})
        assert (right.status, right.headers["location"]) == (303, "/")
        again = await nobody.form("/enrol", {**fields, "repeated": PASSWORD})
        assert again.status == 401

    told(tmp_path, story)


def test_leaving_ends_the_session(tmp_path: Path) -> None:
    """Its cookie is worth nothing afterwards."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser()
        assert (await browser.form("/logout", {})).headers["location"] == "/login"
        assert (await browser.get("/", accept="text/html")).status == 303

    told(tmp_path, story)


def test_language_and_appearance_are_remembered_by_the_browser(tmp_path: Path) -> None:
    """Chosen before a login too; what is no choice is refused, and leads nowhere else."""

    async def story(scene: Scene) -> None:
        nobody = Browser(app=scene.house.app)
        fields = {"language": "en", "next": "/login"}
        chosen = await nobody.form("/preferences", fields)
        assert chosen.headers["location"] == "/login"
        assert chosen.headers["set-cookie"].startswith("lang=en;")
        await scene.browser()
        login = await nobody.get("/login", cookie="lang=en; theme=dark", **ZH)
        assert 'lang="en" data-theme="dark"' in login.text
        assert (await nobody.form("/preferences", {"language": "xx"})).status == 422
        away = await nobody.form("/preferences", {"theme": "dark", "next": "//evil.example"})
        assert away.headers["location"] == "/"

    told(tmp_path, story)
