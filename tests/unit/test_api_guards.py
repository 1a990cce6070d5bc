"""What every answer says to a browser, how large a request may be, how many ask at a time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from starlette.types import Message

from edge.api.entrance import at_door
from edge.api.limits import LARGE_BODY, MOST_OF_ONE, USUAL_BODY
from tests.fakes.api_story import Asking, told
from tests.fakes.browser import Answer, Browser

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
"""What a browser may do with an answer: nothing inline, nothing from elsewhere."""


def test_every_answer_says_what_a_browser_may_do_with_it(tmp_path: Path) -> None:
    """Refusals, pages, documents and faults: no script but ours, no frame, nothing kept."""

    async def story(asking: Asking) -> None:
        for answer in (
            await asking.chief.get("/api/v1/site"),
            await asking.chief.get("/api/v1/nothing"),
            await asking.stranger.get("/api/v1/site"),
            await asking.stranger.get("/", accept="text/html"),
            await asking.stranger.get("/healthz"),
            await asking.stranger.post("/api/v1/login", {"name": 1}),
        ):
            policy = answer.headers["content-security-policy"].split("; ")
            assert dict(each.split(" ", 1) for each in policy) == POLICY
            assert answer.headers["cross-origin-opener-policy"] == "same-origin"
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["referrer-policy"] == "same-origin"
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["strict-transport-security"].startswith("max-age=")
            assert "server" not in answer.headers

    told(tmp_path, story)


def test_a_request_has_a_size(tmp_path: Path) -> None:
    """What is larger is refused before it is read; a configuration may be larger than the rest."""

    async def story(asking: Asking) -> None:
        body = b'{"a": "' + b"x" * USUAL_BODY + b'"}'
        json = {"content-type": "application/json"}
        answer = await asking.chief.ask("POST", "/api/v1/commands", body=body, headers=json)
        assert (answer.status, answer.headers["content-type"]) == (413, "application/problem+json")
        files = {"files": {"site.yaml": "x" * (USUAL_BODY * 4)}}
        checked = await asking.chief.post("/api/v1/configuration/check", files)
        assert (checked.status, checked.json["valid"]) == (200, False)
        body = b'{"files": {"site.yaml": "' + b"x" * LARGE_BODY + b'"}}'
        answer = await asking.chief.ask(
            "POST", "/api/v1/configuration/check", body=body, headers=json
        )
        assert (answer.status, answer.headers["content-type"]) == (413, "application/problem+json")

    told(tmp_path, story)


def test_who_takes_for_ever_to_ask_is_not_waited_for(tmp_path: Path) -> None:
    """A body that does not come holds its place for half a minute."""

    async def story(asking: Asking) -> None:
        started: list[Message] = []

        async def never() -> Message:
            await asyncio.Event().wait()
            raise AssertionError("nobody sends it")

        async def send(message: Message) -> None:
            started.append(message)

        began = asyncio.get_running_loop().time()
        scope = asking.chief._scope("POST", "/api/v1/commands", {"x-csrf-token": "x"})
        await at_door(asking.house.app, "network")(scope, never, send)
        assert started[0]["status"] == 408
        assert asyncio.get_running_loop().time() - began == pytest.approx(30.0)

    told(tmp_path, story)


def test_one_address_does_not_keep_the_others_out(tmp_path: Path) -> None:
    """With too many requests under way the next one of the same address is told to wait."""

    async def story(asking: Asking) -> None:
        app = asking.house.app
        going = [
            asyncio.create_task(_slow(asking), name=f"slow {number}")
            for number in range(MOST_OF_ONE)
        ]
        await asyncio.sleep(0.1)
        crowded = await asking.chief.get("/api/v1/site")
        assert (crowded.status, crowded.json["type"]) == (503, "urn:whistle:problem:crowded")
        assert crowded.headers["retry-after"] == "5"
        other = Browser(app=app, session=asking.chief.session, address="192.168.1.99")
        assert (await other.get("/api/v1/site")).status == 200
        assert (await asking.local.get("/api/v1/site")).status == 200
        await asyncio.gather(*going)
        assert (await asking.chief.get("/api/v1/site")).status == 200

    told(tmp_path, story)


async def _slow(asking: Asking) -> None:
    scope = asking.chief._scope("POST", "/api/v1/logout", {})

    async def later() -> Message:
        await asyncio.sleep(5)
        return {"type": "http.request", "body": b"{}", "more_body": False}

    async def send(_: Message) -> None:
        return None

    scope["headers"].append((b"content-type", b"application/x-www-form-urlencoded"))
    await at_door(asking.house.app, "network")(scope, later, send)


def test_a_problem_is_told_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    """With the words in both, where it was, and what would be right."""

    async def story(asking: Asking) -> None:
        async def said(language: str) -> Answer:
            return await asking.chief.get("/api/v1/devices/no", accept_language=language)

        for language, words in (
            ("en", "no such device"),
            ("en-GB,zh;q=0.5", "no such device"),
            ("zh-CN,en;q=0.9", "没有这台设备"),
            ("fr", "没有这台设备"),
            ("", "没有这台设备"),
        ):
            problem = (await said(language)).json
            assert problem["detail"] == words
        assert problem == {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "没有这台设备",
            "words": {"zh": "没有这台设备", "en": "no such device"},
            "instance": "/api/v1/devices/no",
        }
        unfit = (await asking.chief.get("/api/v1/devices?limit=0&more=1")).json
        assert [wrong["where"] for wrong in unfit["errors"]] == ["query.limit", "query.more"]

    told(tmp_path, story)


def test_in_repair_mode_the_configuration_can_be_mended(tmp_path: Path) -> None:
    """What needs the site says why it cannot; accounts, configuration, log and probes answer."""

    async def story(asking: Asking) -> None:
        asking.house.current = None
        for path in ("site", "alarms", "links", "rules", "standing", "events"):
            answer = await asking.chief.get(f"/api/v1/{path}")
            assert answer.status == 503, path
            assert answer.json["words"]["en"].startswith("the site file is wrong")
        for path in ("me", "users", "audit", "configuration", "log", "diagnostics"):
            assert (await asking.chief.get(f"/api/v1/{path}")).status == 200, path
        assert (await asking.chief.get("/metrics")).status == 200
        assert (await asking.stranger.get("/healthz")).status == 200
        ready = await asking.stranger.get("/readyz")
        assert (ready.status, ready.json["reasons"]) == (503, ["site_file"])

    told(tmp_path, story)


def test_a_disk_that_refuses_is_not_ready(tmp_path: Path) -> None:
    """Asked often, one report lies in the way at most; when the disk takes again it is ready."""

    async def story(asking: Asking) -> None:
        house = asking.house
        assert (await asking.stranger.get("/readyz")).json == {"status": "ready", "reasons": []}
        await asyncio.sleep(10)
        house.disk.full = True
        before = len(house.disk.then)
        answers = await asyncio.gather(*(asking.stranger.get("/readyz") for _ in range(20)))
        assert {answer.status for answer in answers} == {503}
        assert answers[0].json["reasons"] == ["pipeline_or_disk"]
        assert len(house.disk.then) == before + 1
        house.disk.full = False
        for confirm in house.disk.then[before:]:
            confirm()
        assert (await asking.stranger.get("/readyz")).status == 200

    told(tmp_path, story)


def test_what_the_disk_has_not_taken_is_not_promised(tmp_path: Path) -> None:
    """A suppression that is not on disk is answered with 503, after five seconds."""

    async def story(asking: Asking) -> None:
        asking.house.disk.full = True
        works = {"minutes": 5, "reason": "x"}
        answer = await asking.chief.post("/api/v1/devices/gate-1/maintenance", works)
        assert (answer.status, answer.json["type"]) == (503, "urn:whistle:problem:not-kept")

    told(tmp_path, story)
