"""Coming in and going out: enrolment, login, logout, one's own account, and what is noted of it."""

from __future__ import annotations

from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path

import pytest

from edge.access.roles import Principal
from tests.fakes.access import PASSWORD
from tests.fakes.api_story import Asking, told
from tests.fakes.browser import COOKIE, Answer, Browser

OTHER = "another long sentence"


def logged_in(asking: Asking, answer: Answer) -> Browser:
    """The browser that keeps the cookie it was given."""
    cookie = SimpleCookie(answer.headers["set-cookie"])[COOKIE]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "strict"
    assert cookie["path"] == "/"
    assert cookie["domain"] == ""
    headers = {"cookie": f"{COOKIE}={cookie.value}", "x-csrf-token": answer.json["csrf"]}
    return Browser(app=asking.house.app, headers=headers)


def test_the_first_admin_is_enrolled_with_a_code(tmp_path: Path) -> None:
    """The code comes through the local socket; with it, once, an account is made."""

    async def story(asking: Asking) -> None:
        code = (await asking.local.post("/api/v1/enrolment")).json["code"]
        wanted = {"code": code, "name": "Chief", "password": PASSWORD}
        answer = await asking.stranger.post("/api/v1/enrol", wanted)
        assert (answer.status, answer.json["name"], answer.json["role"]) == (200, "chief", "admin")
        chief = logged_in(asking, answer)
        assert (await chief.get("/api/v1/users")).status == 200
        again = await asking.stranger.post("/api/v1/enrol", wanted | {"name": "second"})
        assert (again.status, again.json["type"]) == (401, "urn:whistle:problem:refused")
        assert await asking.noted() == [
            ("local", "enrolment.code_made", "done"),
            ("chief", "account.enrolled", "done"),
            ("", "session.refused", "refused"),
        ]

    told(tmp_path, story, enrolled=False)


def test_somebody_logs_in_and_out(tmp_path: Path) -> None:
    """The cookie cannot be read by a page nor sent by another site, and is worth nothing after."""

    async def story(asking: Asking) -> None:
        await asking.house.accounts.users.add("wang", PASSWORD, "technician", frozenset({"b1"}))
        answer = await asking.stranger.post("/api/v1/login", {"name": "wang", "password": PASSWORD})
        wang = logged_in(asking, answer)
        me = (await wang.get("/api/v1/me")).json
        assert me["permissions"] == ["inspect", "look", "operate"]
        assert (me["buildings"], me["door"], me["csrf"]) == (["b1"], "session", answer.json["csrf"])
        out = await wang.post("/api/v1/logout")
        assert out.status == 204
        assert SimpleCookie(out.headers["set-cookie"])[COOKIE].value == ""
        assert (await wang.get("/api/v1/me")).status == 401
        assert await asking.noted() == [
            ("wang", "session.opened", "done"),
            ("wang", "session.closed", "done"),
        ]

    told(tmp_path, story)


def test_a_wrong_password_is_noted_and_makes_the_next_try_wait(tmp_path: Path) -> None:
    """What is refused because of the wait says so, and does not fill the log."""

    async def story(asking: Asking) -> None:
        wrong = {"name": "chief", "password": "not the password"}
        statuses = [(await asking.stranger.post("/api/v1/login", wrong)).status for _ in range(40)]
        assert statuses[0] == 401
        assert statuses[-1] == 429
        last = await asking.stranger.post("/api/v1/login", wrong)
        assert int(last.headers["retry-after"]) > 0
        noted = await asking.noted()
        assert noted == [("", "session.refused", "refused")] * statuses.count(401)

    told(tmp_path, story)


def test_a_login_that_cannot_be_noted_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No session is left behind by it."""

    async def story(asking: Asking) -> None:
        async def full(*_: object, **__: object) -> None:
            raise OSError(28, "No space left on device")

        before = await asking.house.accounts.sessions.all()
        monkeypatch.setattr(asking.house.audit, "note", full)
        right = {"name": "chief", "password": PASSWORD}
        answer = await asking.stranger.post("/api/v1/login", right)
        assert (answer.status, answer.json["type"]) == (503, "urn:whistle:problem:not-audited")
        assert "set-cookie" not in answer.headers
        assert await asking.house.accounts.sessions.all() == before

    told(tmp_path, story)


def test_another_password_is_chosen_with_the_old_one(tmp_path: Path) -> None:
    """Whoever does it stays logged in, all others have to come in anew."""

    async def story(asking: Asking) -> None:
        elsewhere = await asking.house.accounts.login("chief", PASSWORD, "192.168.1.30")
        wrong = {"old": "not the old one", "new": OTHER}
        assert (await asking.chief.ask("PUT", "/api/v1/me/password", json=wrong)).status == 401
        weak = {"old": PASSWORD, "new": "short"}
        assert (await asking.chief.ask("PUT", "/api/v1/me/password", json=weak)).status == 409
        right = {"old": PASSWORD, "new": OTHER}
        answer = await asking.chief.ask("PUT", "/api/v1/me/password", json=right)
        assert (await logged_in(asking, answer).get("/api/v1/me")).status == 200
        for old in (elsewhere, asking.chief.session):
            gone = Browser(app=asking.house.app, session=old)
            assert (await gone.get("/api/v1/me")).status == 401

    told(tmp_path, story)


def test_a_token_and_the_socket_have_no_account(tmp_path: Path) -> None:
    """They are told so, and asked for no password."""

    async def story(asking: Asking) -> None:
        _, secret = await asking.house.accounts.tokens.make("grafana", "viewer", frozenset(), None)
        for who in (asking.local, Browser(app=asking.house.app, token=secret)):
            assert (await who.ask("PATCH", "/api/v1/me", json={"language": "en"})).status == 409
            assert (await who.post("/api/v1/logout")).status == 204
        changed = await asking.chief.ask("PATCH", "/api/v1/me", json={"language": "en"})
        assert changed.json["language"] == "en"
        assert (await asking.chief.get("/api/v1/me")).json["language"] == "en"

    told(tmp_path, story)


def test_what_is_said_counts_before_what_the_browser_adds(tmp_path: Path) -> None:
    """A token that is wrong is not made up for by a cookie that is right."""

    async def story(asking: Asking) -> None:
        both = replace(asking.chief, headers={"authorization": "Bearer wrong"})
        assert (await both.get("/api/v1/me")).status == 401

    told(tmp_path, story)


def test_a_browser_is_led_to_where_it_comes_in(tmp_path: Path) -> None:
    """Whoever wants a page gets one, and afterwards the page that was wanted; a program is told."""

    async def story(asking: Asking) -> None:
        page = {"accept": "text/html,application/xhtml+xml"}
        sent = await asking.stranger.get("/events?kind=alarm.*", **page)
        assert (sent.status, sent.headers["location"]) == (
            303,
            "/login?next=/events%3Fkind%3Dalarm.%2A",
        )
        assert (await asking.stranger.get("/api/v1/alarms", **page)).status == 401
        assert (await asking.stranger.get("/events")).status == 401

    told(tmp_path, story)

    async def not_yet(asking: Asking) -> None:
        sent = await asking.stranger.get("/", accept="text/html")
        assert (sent.status, sent.headers["location"]) == (303, "/enrol")

    told(tmp_path / "other", not_yet, enrolled=False)


def test_accounts_are_kept_by_an_admin(tmp_path: Path) -> None:
    """Added, changed, given a password, removed; each is noted before it is done."""

    async def story(asking: Asking) -> None:
        chief = asking.chief
        new = {"name": "li", "password": PASSWORD, "role": "technician", "buildings": ["b1"]}
        assert (await chief.post("/api/v1/users", new)).status == 201
        assert (await chief.post("/api/v1/users", new)).status == 409
        nowhere = new | {"name": "wu", "buildings": ["b9"]}
        assert (await chief.post("/api/v1/users", nowhere)).json["words"]["en"] == (
            "there is no building b9"
        )
        changed = await chief.ask("PATCH", "/api/v1/users/li", json={"role": "viewer"})
        assert (changed.json["role"], changed.json["buildings"]) == ("viewer", ["b1"])
        given = await chief.ask("PUT", "/api/v1/users/li/password", json={"password": OTHER})
        assert given.status == 204
        last = await chief.ask("DELETE", "/api/v1/users/chief")
        assert (last.status, last.json["type"]) == (409, "urn:whistle:problem:refused")
        assert (await chief.ask("DELETE", "/api/v1/users/li")).status == 204
        assert (await chief.ask("DELETE", "/api/v1/users/li")).status == 404
        names = [user["name"] for user in (await chief.get("/api/v1/users")).json["items"]]
        assert names == ["chief"]
        assert {what for _, what, _ in await asking.noted("account")} == {
            "account.added",
            "account.changed",
            "account.password_changed",
            "account.removed",
        }

    told(tmp_path, story)


def test_sessions_and_tokens_are_ended_by_an_admin(tmp_path: Path) -> None:
    """At once; a token's secret is shown when it is made and never again."""

    async def story(asking: Asking) -> None:
        chief, house = asking.chief, asking.house
        opened = await house.join("li", "viewer")
        li = Browser(app=house.app, session=opened)
        assert (await li.get("/api/v1/me")).status == 200
        lines = (await chief.get("/api/v1/sessions")).json["items"]
        [mine] = [line["id"] for line in lines if line["account"] == "li"]
        assert (await chief.ask("DELETE", f"/api/v1/sessions/{mine}")).status == 204
        assert (await li.get("/api/v1/me")).status == 401
        assert (await chief.ask("DELETE", f"/api/v1/sessions/{mine}")).status == 404
        made = (await chief.post("/api/v1/tokens", {"name": "grafana", "role": "viewer"})).json
        grafana = Browser(app=house.app, token=made["secret"])
        assert (await grafana.get("/metrics")).status == 200
        assert made["secret"] not in (await chief.get("/api/v1/tokens")).text
        assert (await chief.ask("DELETE", f"/api/v1/tokens/{made['id']}")).status == 204
        assert (await grafana.get("/metrics")).status == 401
        assert (await chief.ask("DELETE", f"/api/v1/tokens/{made['id']}")).status == 404

    told(tmp_path, story)


def test_on_the_socket_the_operating_system_says_who(tmp_path: Path) -> None:
    """Through the network a name in the request counts for nothing."""

    async def story(asking: Asking) -> None:
        order = {"device": "gate-1", "action": "open", "by": "wang"}
        assert (await asking.local.post("/api/v1/commands", order)).json["issued_by"] == "wang"
        assert (await asking.chief.post("/api/v1/commands", order)).json["issued_by"] == "chief"
        assert await asking.noted("command.asked") == [
            ("wang", "command.asked", "asked"),
            ("chief", "command.asked", "asked"),
        ]

    told(tmp_path, story)


def test_what_somebody_may_not_is_noted_now_and_then(tmp_path: Path) -> None:
    """The first time and then once a minute: nobody fills the disk by asking."""

    async def story(asking: Asking) -> None:
        viewer = Browser(app=asking.house.app, session=await asking.house.join("v", "viewer"))
        order = {"device": "gate-1", "action": "open"}
        for _ in range(5):
            assert (await viewer.post("/api/v1/commands", order)).status == 403
        assert await asking.noted() == [("v", "permission.refused", "refused")]
        [line] = await asking.house.audit.read(1)
        assert (line.about, dict(line.detail)) == ("POST /api/v1/commands", {"needs": "operate"})
        assert asking.house.way.told == []

    told(tmp_path, story)


def test_a_principal_for_some_buildings_has_nothing_that_is_for_all() -> None:
    """Whatever the role grants."""
    scope = frozenset({"b1"})
    admin = Principal(name="x", role="admin", door="session", buildings=scope)
    assert [admin.may(each) for each in ("look", "operate")] == [True, True]
    assert [admin.may(each) for each in ("configure", "audit", "administer")] == [False] * 3
