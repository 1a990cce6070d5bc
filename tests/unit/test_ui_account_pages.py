"""The pages of accounts: who may come in, who is in, what they did, one's own account."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from pathlib import Path

import pytest

from tests.fakes.access import PASSWORD
from tests.fakes.browser import Browser
from tests.fakes.page_story import EN, HTMX, ZH, Scene, plain, told

NEW = "four words that fit"
PATHS = ("/users", "/users/sessions", "/users/tokens", "/audit", "/me", "/certificates")


def test_only_an_admin_keeps_accounts_and_an_auditor_reads(tmp_path: Path) -> None:
    """In both languages; the others are refused, page by page, and so are their forms."""

    async def story(scene: Scene) -> None:
        may = {"viewer": {"/me"}, "technician": {"/me"}, "auditor": {"/me", "/audit"}}
        for path in PATHS:
            for language in (ZH, EN):
                page = await scene.chief.get(path, **language)
                assert page.status == 200, path
                assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", page.text), path
        for role, allowed in may.items():
            browser = await scene.browser(role)  # type: ignore[arg-type]
            for path in PATHS:
                expected = 200 if path in allowed else 403
                assert (await browser.get(path, **EN)).status == expected, (role, path)
            for path in ("/users", "/users/tokens", "/users/chief/remove"):
                fields = {"name": "x", "password": NEW, "role": "admin", "days": "1"}
                assert (await browser.form(path, fields, **EN)).status == 403, (role, path)

    told(tmp_path, story)


def test_an_account_is_added_changed_and_removed(tmp_path: Path) -> None:
    """Each change is noted; a changed role ends its sessions; the last admin stays."""

    async def story(scene: Scene) -> None:
        chief, users = scene.chief, scene.house.accounts.users
        weak = await chief.form("/users", {"name": "li", "password": "li", "role": "viewer"}, **EN)
        assert weak.status == 409
        fields = {"name": "Li", "password": NEW, "role": "technician", "buildings": "b1"}
        added = await chief.form("/users", fields)
        assert (added.status, added.headers["location"]) == (303, "/users")
        account = users.get("li")
        assert account is not None
        assert (account.account.role, account.account.buildings) == (
            "technician",
            frozenset({"b1"}),
        )
        page = plain(await chief.get("/users", **EN))
        assert "li Technician Building 1 never" in page
        opened = await scene.house.accounts.login("li", NEW, "10.0.0.9")
        li = Browser(app=scene.house.app, session=opened)
        assert (await li.get("/devices", **EN)).status == 200
        await chief.form("/users/li/role", {"role": "viewer"})
        assert (await li.get("/devices", **EN)).status == 303
        await chief.form("/users/li/disabled", {"disabled": "true"})
        assert "Disabled" in plain(await chief.get("/users", **EN))
        await chief.form("/users/li/password", {"password": NEW + " again"})
        await chief.form("/users/li/remove", {})
        assert users.get("li") is None
        last = await chief.form("/users/chief/remove", {}, **HTMX)
        assert (last.status, last.headers["x-problem"]) == (409, "1")
        assert "this is the last admin" in plain(last)
        noted = [what for what, about in await scene.noted("account") if about in {"li", "Li"}]
        assert len(noted) == 6

    told(tmp_path, story)


def test_no_account_and_no_building_that_there_is_not(tmp_path: Path) -> None:
    """Told in words, and nothing is changed."""

    async def story(scene: Scene) -> None:
        chief = scene.chief
        for act in ("role", "disabled", "password", "remove"):
            fields = {"role": "viewer", "disabled": "true", "password": NEW}
            assert (await chief.form(f"/users/nobody/{act}", fields, **EN)).status == 404, act
        fields = {"name": "li", "password": NEW, "role": "viewer", "buildings": "b99"}
        wrong = await chief.form("/users", fields, **EN)
        assert (wrong.status, "there is no building b99" in plain(wrong)) == (409, True)
        assert scene.house.accounts.users.get("li") is None

    told(tmp_path, story)


def test_sessions_are_listed_and_ended(tmp_path: Path) -> None:
    """From where, since when; one that was ended asks for the password again."""

    async def story(scene: Scene) -> None:
        li = await scene.browser("technician")
        page = await scene.chief.get("/users/sessions", **EN)
        assert "technician0" in page.text
        assert "(this browser)" in plain(page)
        [line] = await scene.house.accounts.sessions.all("technician0")
        ended = await scene.chief.form(f"/users/sessions/{line.id}/revoke", {})
        assert ended.status == 303
        assert (await li.get("/", **EN)).status == 303
        gone = await scene.chief.form(f"/users/sessions/{line.id}/revoke", {}, **EN)
        assert gone.status == 404
        assert ("chief", "technician0") in await scene.noted("session.revoked")

    told(tmp_path, story)


def test_a_token_is_shown_once_and_works_until_it_is_revoked(tmp_path: Path) -> None:
    """It is in no page afterwards, and nowhere in the audit log."""

    async def story(scene: Scene) -> None:
        fields = {"name": "prometheus", "role": "viewer", "days": "30"}
        made = await scene.chief.form("/users/tokens", fields, hx_target="tokens", **HTMX)
        found = re.search(r"whistle_[\w-]+", made.text)
        assert found is not None
        secret = found[0]
        program = Browser(app=scene.house.app, token=secret)
        assert (await program.get("/api/v1/devices")).status == 200
        again = await scene.chief.get("/users/tokens", **EN)
        assert secret not in again.text
        assert "prometheus" in again.text
        [(_, about)] = await scene.noted("token.made")
        assert about == "prometheus"
        [token] = await scene.house.accounts.tokens.all()
        await scene.chief.form(f"/users/tokens/{token.id}/revoke", {})
        assert (await program.get("/api/v1/devices")).status == 401
        twice = await scene.chief.form(f"/users/tokens/{token.id}/revoke", {}, **EN)
        assert twice.status == 404

    told(tmp_path, story)


def test_one_changes_ones_own_password_and_stays_in(tmp_path: Path) -> None:
    """The old one has to be said, the new one twice; every other browser is logged out."""

    async def story(scene: Scene) -> None:
        here = await scene.browser("technician")
        elsewhere = Browser(
            app=scene.house.app,
            session=await scene.house.accounts.login("technician0", PASSWORD, "10.0.0.9"),
        )
        fields = {"old": PASSWORD, "new": NEW, "repeated": "another"}
        differ = await here.form("/me/password", fields, **EN)
        assert (differ.status, "differ" in plain(differ)) == (422, True)
        fields |= {"repeated": NEW}
        wrong = await here.form("/me/password", fields | {"old": "guessed"}, **EN)
        assert wrong.status == 401
        done = await here.form("/me/password", fields)
        assert (done.status, done.headers["location"]) == (303, "/me")
        assert "__Host-whistle=" in done.headers["set-cookie"]
        assert (await elsewhere.get("/", **EN)).status == 303
        assert await scene.house.accounts.login("technician0", NEW, "10.0.0.9")

    told(tmp_path, story)


def test_one_ends_only_ones_own_sessions(tmp_path: Path) -> None:
    """Somebody else's is not there for oneself."""

    async def story(scene: Scene) -> None:
        li = await scene.browser("technician")
        other = await scene.house.accounts.login("technician0", PASSWORD, "10.0.0.9")
        page = await li.get("/me", **EN)
        assert "10.0.0.9" in page.text
        [chief] = await scene.house.accounts.sessions.all("chief")
        assert (await li.form(f"/me/sessions/{chief.id}/revoke", {}, **EN)).status == 404
        own = other.principal.session
        assert (await li.form(f"/me/sessions/{own}/revoke", {})).status == 303
        assert len(await scene.house.accounts.sessions.all("technician0")) == 1

    told(tmp_path, story)


def test_the_language_goes_with_the_account(tmp_path: Path) -> None:
    """And counts in this browser at once."""

    async def story(scene: Scene) -> None:
        li = await scene.browser("technician")
        chosen = await li.form("/me/language", {"language": "en"})
        assert chosen.headers["set-cookie"].startswith("lang=en;")
        kept = scene.house.accounts.users.get("technician0")
        assert kept is not None
        assert kept.account.language == "en"
        assert (await li.form("/me/language", {"language": "xx"}, **EN)).status == 422

    told(tmp_path, story)


def test_through_the_socket_there_is_no_account_to_change(tmp_path: Path) -> None:
    """The operating system has let somebody in; the page says so."""

    async def story(scene: Scene) -> None:
        local = Browser(app=scene.house.app, door="socket")
        assert "there is no account to change" in plain(await local.get("/me", **EN))
        refused = await local.form("/me/language", {"language": "en"}, **EN)
        assert refused.status == 409

    told(tmp_path, story)


def test_the_audit_log_is_read_checked_and_taken_along(tmp_path: Path) -> None:
    """Newest first, by person and kind, page by page; a changed byte is found."""

    async def story(scene: Scene) -> None:
        auditor = await scene.browser("auditor")
        for number in range(60):
            await scene.house.audit.note(None, "session.refused", f"guess{number}")
        first = await auditor.get("/audit?what=session", **EN)
        assert "guess59" in first.text
        assert "guess0<" not in first.text
        older = re.search(r'href="(/audit\?what=session&amp;before=\d+)"', first.text)
        assert older is not None
        assert "guess0" in (await auditor.get(older[1].replace("&amp;", "&"), **EN)).text
        assert "guess1" not in (await auditor.get("/audit?by=chief", **EN)).text
        whole = await auditor.form("/audit/verification", {}, hx_target="verdict", **HTMX)
        assert "The chain is whole from number 1 to" in plain(whole)
        sheet = await auditor.get("/audit/sheet")
        rows = list(csv.reader(io.StringIO(sheet.text.removeprefix("\ufeff"))))
        assert len(rows) >= 62
        assert rows[1][6] == "audit.exported"
        assert "attachment" in sheet.headers["content-disposition"]

    told(tmp_path, story)


@pytest.mark.parametrize("language", [ZH, EN], ids=["zh", "en"])
def test_a_log_that_was_changed_is_told_with_the_place(
    language: dict[str, str], tmp_path: Path
) -> None:
    """And with what to do first."""

    async def story(scene: Scene) -> None:
        await scene.house.audit.note(None, "session.refused", "chief")
        log = tmp_path / "site" / "var" / "audit.log"
        changed = (await asyncio.to_thread(log.read_bytes)).replace(b'"chief"', b'"thief"', 1)
        await asyncio.to_thread(log.write_bytes, changed)
        verdict = await scene.chief.form(
            "/audit/verification", {}, hx_request="true", hx_target="verdict", **language
        )
        assert "audit.log" in plain(verdict)
        assert 'class="problem"' in verdict.text

    told(tmp_path, story)
