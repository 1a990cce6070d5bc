"""Every route and every role: who is let in, who is not, and that each route says so itself."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import FastAPI

from edge.access.accounts import Opened
from edge.access.roles import Principal, Role
from edge.api.app import application
from edge.api.security import declarations, for_everybody, may
from tests.fakes import time
from tests.fakes.api_table import PERMISSIONS, ROLES, called
from tests.fakes.browser import Answer, Browser
from tests.fakes.house import FakeHouse

MADE_UP = "made-up"
CHANGES = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture(autouse=True)
def no_cameras(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked over the network."""

    async def none() -> tuple[()]:
        return ()

    monkeypatch.setattr("edge.api.discovery_routes.cameras", none)


def told(folder: Path, story: Callable[[FakeHouse], Coroutine[Any, Any, None]]) -> None:
    """Tell a story in a house where somebody is enrolled."""
    house = FakeHouse(folder)

    async def main() -> None:
        async with house.lives():
            await house.enrol()
            await story(house)

    time.run(main())


async def tokens(house: FakeHouse) -> dict[str, str]:
    """A token for each role."""
    made = {}
    for name in ROLES:
        role, _, building = name.partition(" of ")
        scope = frozenset(filter(None, (building,)))
        lasts = timedelta(days=1)
        naming = name.replace(" ", "-")
        _, made[name] = await house.accounts.tokens.make(naming, _role(role), scope, lasts)
    return made


def _role(name: str) -> Role:
    roles: tuple[Role, ...] = ("viewer", "technician", "admin", "auditor")
    return next(role for role in roles if role == name)


def test_every_route_is_in_the_table(tmp_path: Path) -> None:
    """What the application has is what somebody has thought about, and each says the same."""
    house = FakeHouse(tmp_path / "site")
    time.run(_closed(house))
    found = {
        f"{method} {each.path}": each.who
        for each in house.app.state.declared
        for method in each.methods
        if each.path.startswith("/api/") or each.path in {"/healthz", "/readyz", "/metrics"}
    }
    assert found == PERMISSIONS


async def _closed(house: FakeHouse) -> None:
    async with house.lives():
        pass


def test_each_role_is_let_in_as_the_table_says(tmp_path: Path) -> None:
    """With a permission whatever is answered is no refusal of the person; without it is 403."""

    async def story(house: FakeHouse) -> None:
        wrong = {}
        for role, token in (await tokens(house)).items():
            asking = Browser(app=house.app, token=token)
            for entry, needs in PERMISSIONS.items():
                answer = await asking.ask(*called(entry))
                let_in = answer.status not in {401, 403}
                assert answer.status < 500, f"{role}: {entry}"
                if let_in is not (needs == "everybody" or needs in ROLES[role]):
                    wrong[f"{role}: {entry}"] = answer.status
        assert wrong == {}

    told(tmp_path / "site", story)


def test_nobody_gets_past_the_door(tmp_path: Path) -> None:
    """Without a session or a token, and with made up ones, only what is for everybody answers."""

    async def story(house: FakeHouse) -> None:
        strangers = [
            Browser(app=house.app),
            Browser(app=house.app, token=MADE_UP),
            Browser(app=house.app, token="x" * 10_000),
            Browser(app=house.app, headers={"cookie": "__Host-whistle=made-up"}),
            Browser(app=house.app, headers={"cookie": "whistle=made-up"}),
            Browser(app=house.app, headers={"authorization": "Basic Y2hpZWY6eA=="}),
        ]
        for stranger in strangers:
            for entry, needs in PERMISSIONS.items():
                answer = await stranger.ask(*called(entry))
                if needs == "everybody":
                    assert answer.status not in {401, 403}, entry
                else:
                    assert answer.status == 401, entry
                    assert answer.headers["www-authenticate"] == "Bearer"
                    assert answer.json["type"] == "urn:whistle:problem:log-in"

    told(tmp_path / "site", story)


def test_until_somebody_is_enrolled_nothing_is_open(tmp_path: Path) -> None:
    """There is no default password: everything but the enrolment is locked, but for the socket."""
    house = FakeHouse(tmp_path / "site")

    async def main() -> None:
        async with house.lives():
            _, token = await house.accounts.tokens.make("early", "admin", frozenset(), None)
            for stranger in (Browser(app=house.app), Browser(app=house.app, token=token)):
                for entry, needs in PERMISSIONS.items():
                    answer = await stranger.ask(*called(entry))
                    locked = answer.status == 403 and "not-enrolled" in answer.json["type"]
                    assert locked is (needs != "everybody"), entry
            local = Browser(app=house.app, door="socket")
            assert (await local.get("/api/v1/alarms")).status == 200

    time.run(main())


async def sessions(house: FakeHouse) -> list[Opened]:
    """A session of each role; those for one building too."""
    return [
        await house.join("a", "admin"),
        await house.join("t", "technician"),
        await house.join("v", "viewer"),
        await house.join("u", "auditor"),
        await house.join("b", "technician", frozenset({"b1"})),
    ]


def test_what_changes_anything_needs_the_token_of_the_session(tmp_path: Path) -> None:
    """The cookie alone changes nothing: without the token, with another, or from elsewhere."""

    async def story(house: FakeHouse) -> None:
        for opened in await sessions(house):
            cookie = partial(Browser, app=house.app, session=opened)
            forgers = [
                cookie(csrf=""),
                cookie(csrf="0" * 64),
                cookie(csrf=opened.secret),
                cookie(headers={"origin": "https://evil.example"}),
                cookie(headers={"origin": "null"}),
                cookie(headers={"sec-fetch-site": "cross-site"}),
                cookie(headers={"sec-fetch-site": "same-site"}),
            ]
            for entry, needs in PERMISSIONS.items():
                method, path = called(entry)
                if method in CHANGES and needs != "everybody":
                    for forger in forgers:
                        answer = await forger.ask(method, path)
                        assert (answer.status, forged(answer)) == (403, True), entry

    told(tmp_path / "site", story)


def test_a_login_is_not_made_by_a_page_of_somebody_else(tmp_path: Path) -> None:
    """Who has no session has no token yet; where it comes from is looked at all the same."""

    async def story(house: FakeHouse) -> None:
        elsewhere = Browser(app=house.app, headers={"origin": "https://evil.example"})
        for entry in ("POST /api/v1/login", "POST /api/v1/enrol"):
            assert forged(await elsewhere.ask(*called(entry), json={"name": "x", "password": "y"}))

    told(tmp_path / "site", story)


def forged(answer: Answer) -> bool:
    """Whether it was refused because of where it came from."""
    return answer.status == 403 and answer.json["type"] == "urn:whistle:problem:forged"


def test_with_its_token_a_session_changes_things(tmp_path: Path) -> None:
    """In the header for a script, in a field for a form; a read needs neither."""

    async def story(house: FakeHouse) -> None:
        opened = await house.join("t", "technician")
        page = Browser(app=house.app, session=opened, headers={"sec-fetch-site": "same-origin"})
        assert (await page.get("/api/v1/me")).json["name"] == "t"
        order = {"device": "gate-1", "action": "open"}
        assert (await page.post("/api/v1/commands", order)).json["outcome"] == "done"
        assert (await page.form("/api/v1/logout", {})).status == 204
        assert (await page.get("/api/v1/me")).status == 401

    told(tmp_path / "site", story)


def test_a_route_that_does_not_say_who_may_use_it_does_not_start(tmp_path: Path) -> None:
    """Neither does one that says two things."""
    del tmp_path
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/silent")
    async def silent() -> str:
        return "anybody"

    with pytest.raises(ValueError, match=r"GET.*/silent: declares nothing"):
        declarations(app)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

    @app.get("/both", dependencies=[for_everybody()])
    async def both(_: Annotated[Principal, may("look")]) -> str:
        return "who?"

    with pytest.raises(ValueError, match=r"/both: declares"):
        declarations(app)
    app = FastAPI(docs_url=None, redoc_url=None)
    with pytest.raises(ValueError, match=r"/openapi.json: declares nothing"):
        declarations(app)


def test_the_application_itself_makes_that_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no check that somebody has to remember."""
    house = FakeHouse(tmp_path / "site")
    time.run(_closed(house))

    def fail(_: FastAPI) -> None:
        raise ValueError("checked")

    monkeypatch.setattr("edge.api.app.declarations", fail)
    with pytest.raises(ValueError, match="checked"):
        application(house.house)
