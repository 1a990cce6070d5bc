"""Every page and every role: who is not let in, and that each page says so itself."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from edge.access.roles import Role
from tests.fakes.api_story import Asking, told
from tests.fakes.api_table import ROLES, called
from tests.fakes.browser import Browser
from tests.fakes.page_table import PAGES

PAGE = {"accept": "text/html"}


def test_every_page_is_in_the_table(tmp_path: Path) -> None:
    """What the application has is what somebody has thought about, and each says the same."""

    async def story(asking: Asking) -> None:
        found = {
            f"{method} {each.path}": each.who
            for each in asking.house.app.state.declared
            for method in each.methods
            if not each.path.startswith("/api/")
            and each.path not in {"/healthz", "/readyz", "/metrics"}
        }
        assert found == PAGES

    told(tmp_path, story)


def test_who_may_not_is_told_so(tmp_path: Path) -> None:
    """Without the permission a page is refused, to a person with a page that says why."""

    async def story(asking: Asking) -> None:
        tokens, wrong = asking.house.accounts.tokens, {}
        roles: tuple[Role, ...] = ("viewer", "technician", "auditor")
        for role in roles:
            for buildings in (frozenset[str](), frozenset({"b1"})):
                who = f"{role} of b1" if buildings else role
                if who not in ROLES:
                    continue
                naming = who.replace(" ", "-")
                _, secret = await tokens.make(naming, role, buildings, timedelta(days=1))
                asks = Browser(app=asking.house.app, token=secret)
                for entry, needs in PAGES.items():
                    if needs != "everybody" and needs not in ROLES[who]:
                        answer = await asks.ask(*called(entry), headers=PAGE)
                        html = answer.headers["content-type"].startswith("text/html")
                        if (answer.status, html) != (403, True):
                            wrong[f"{who}: {entry}"] = answer.status
        assert wrong == {}

    told(tmp_path, story)


def test_nobody_is_led_to_the_login(tmp_path: Path) -> None:
    """A browser is; a program is told; what is for everybody answers."""

    async def story(asking: Asking) -> None:
        for entry, needs in PAGES.items():
            method, path = called(entry)
            answer = await asking.stranger.ask(method, path, headers=PAGE)
            sent = answer.status == 303 and answer.headers["location"].startswith("/login")
            assert sent is (needs != "everybody"), entry
            program = await asking.stranger.ask(method, path)
            assert (program.status == 401) is (needs != "everybody"), entry

    told(tmp_path, story)


def test_a_form_without_its_token_changes_nothing(tmp_path: Path) -> None:
    """Whatever page it is on; nor one that comes from elsewhere."""

    async def story(asking: Asking) -> None:
        asking.chief.csrf = ""
        elsewhere = Browser(
            app=asking.house.app,
            session=asking.chief.session,
            headers={"origin": "https://evil.example"},
        )
        for entry, needs in PAGES.items():
            method, path = called(entry)
            if method == "POST" and needs != "everybody":
                assert (await asking.chief.form(path, {"csrf": ""})).status == 403, entry
                assert (await elsewhere.form(path, {})).status == 403, entry
            elif method == "POST":
                assert (await elsewhere.form(path, {})).status == 403, entry

    told(tmp_path, story)
