"""The configuration over the API: read, checked, compared, applied on trial, and taken back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from edge.errors import Problem
from edge.model import Text
from tests.fakes.api_story import Asking, told

PATH = "/api/v1/configuration"
NAME = "zh: 江畔花园,"


async def present(asking: Asking) -> tuple[str, dict[str, str]]:
    """The ETag and the files as they are now."""
    answer = await asking.chief.get(PATH)
    assert answer.headers["etag"] == f'"{answer.json["etag"]}"'
    return answer.headers["etag"], answer.json["files"]


async def applied(asking: Asking) -> Any:
    """How the trial ended."""
    for _ in range(100):
        await asyncio.sleep(1)
        trial = (await asking.chief.get(f"{PATH}/trial")).json
        if trial["state"] in {"applied", "rolled_back"}:
            return trial
    raise AssertionError("the trial has no end")


def test_a_change_is_applied_on_trial(tmp_path: Path) -> None:
    """It says what it is based on, is answered at once, and is a version with who and why."""

    async def story(asking: Asking) -> None:
        etag, files = await present(asking)
        files["site.yaml"] = files["site.yaml"].replace(NAME, "zh: 江畔新园,")
        body = {"files": files, "note": "new name", "watch": "pipeline"}
        answer = await asking.chief.ask("PUT", PATH, json=body, headers={"if-match": etag})
        assert (answer.status, answer.headers["location"]) == (202, f"{PATH}/trial")
        assert (answer.json["state"], answer.json["by"]) == ("trying", "chief")
        trial = await applied(asking)
        assert (trial["state"], trial["by"]) == ("applied", "chief")
        assert asking.house.current is not None
        assert asking.house.current.configuration.site.name.zh == "江畔新园"
        [new, old] = (await asking.chief.get(f"{PATH}/versions")).json["items"]
        assert (new["note"], new["state"], old["state"]) == ("new name", "applied", "found")
        back = await asking.chief.ask(
            "POST",
            f"{PATH}/versions/{old['number']}/restore",
            json={"watch": "pipeline"},
            headers={"if-match": f'"{new["etag"]}"'},
        )
        assert back.status == 202
        assert (await applied(asking))["state"] == "applied"
        assert asking.house.current.configuration.site.name.zh == "江畔花园"
        assert await asking.noted("configuration") == [
            ("chief", "configuration.applied", "asked"),
            ("chief", "configuration.applied", "asked"),
        ]

    told(tmp_path, story)


def test_a_change_of_what_is_no_longer_there_is_refused(tmp_path: Path) -> None:
    """Without a base 428, with an old one 412, during a trial 409; nothing is lost by any."""

    async def story(asking: Asking) -> None:
        etag, files = await present(asking)
        body = {"files": files | {"site.yaml": files["site.yaml"] + "# one\n"}}
        without = await asking.chief.ask("PUT", PATH, json=body)
        assert (without.status, without.json["type"]) == (428, "urn:whistle:problem:if-match")
        headers = {"if-match": '"0000"'}
        old = await asking.chief.ask("PUT", PATH, json=body, headers=headers)
        assert (old.status, old.json["type"]) == (412, "urn:whistle:problem:changed-meanwhile")
        first = await asking.chief.ask("PUT", PATH, json=body, headers={"if-match": etag})
        assert first.status == 202
        etag, files = await present(asking)
        body = {"files": files | {"site.yaml": files["site.yaml"] + "# two\n"}}
        during = await asking.chief.ask("PUT", PATH, json=body, headers={"if-match": etag})
        assert (during.status, during.json["type"]) == (409, "urn:whistle:problem:conflict")
        noted = await asking.noted("configuration.applied")
        assert [outcome for _, _, outcome in noted] == ["asked", "asked", "refused"]
        await applied(asking)

    told(tmp_path, story)


def test_a_change_that_cannot_be_run_tells_every_mistake(tmp_path: Path) -> None:
    """With file, line, and what would be right, in both languages; the same when only checked."""

    async def story(asking: Asking) -> None:
        etag, files = await present(asking)
        broken = files["site.yaml"].replace("link: lifts-b1", "link: lifts-b9", 1)
        body = {"files": files | {"site.yaml": broken}}
        checked = (await asking.chief.post(f"{PATH}/check", body)).json
        assert checked["valid"] is False
        [wrong] = checked["problems"]
        assert (wrong["file"], wrong["line"] > 0) == ("site.yaml", True)
        assert wrong["remedy"]["zh"]
        headers = {"if-match": etag}
        refused = await asking.chief.ask("PUT", PATH, json=body, headers=headers)
        assert (refused.status, refused.json["errors"]) == (422, [wrong])
        assert (await present(asking))[0] == etag
        fine = (await asking.chief.post(f"{PATH}/check", {"files": files})).json
        assert (fine["valid"], fine["problems"]) == (True, [])

    told(tmp_path, story)


def test_a_change_is_shown_before_it_is_made(tmp_path: Path) -> None:
    """Line by line, file by file, what comes and what goes."""

    async def story(asking: Asking) -> None:
        _, files = await present(asking)
        assert (await asking.chief.post(f"{PATH}/difference", {"files": files})).json == {
            "files": []
        }
        changed = files | {"site.yaml": files["site.yaml"].replace(NAME, "zh: 江畔新园,")}
        [one] = (await asking.chief.post(f"{PATH}/difference", {"files": changed})).json["files"]
        assert (one["name"], one["added"], one["removed"]) == ("site.yaml", 1, 1)
        added = [line["text"] for line in one["lines"] if line["kind"] == "added"]
        assert "江畔新园" in added[0]

    told(tmp_path, story)


def test_versions_that_are_not_there(tmp_path: Path) -> None:
    """Looked at or restored, it is said that they are not."""

    async def story(asking: Asking) -> None:
        etag, _ = await present(asking)
        assert (await asking.chief.get(f"{PATH}/versions/99")).status == 404
        headers = {"if-match": etag}
        path = f"{PATH}/versions/99/restore"
        assert (await asking.chief.ask("POST", path, json={}, headers=headers)).status == 404
        [only] = (await asking.chief.get(f"{PATH}/versions")).json["items"]
        detail = (await asking.chief.get(f"{PATH}/versions/{only['number']}")).json
        assert (detail["difference"], NAME in detail["files"]["site.yaml"]) == ([], True)

    told(tmp_path, story)


def test_a_file_that_may_not_be_named_is_refused(tmp_path: Path) -> None:
    """The configuration reaches no further than the site file's own folder."""

    async def story(asking: Asking) -> None:
        etag, files = await present(asking)
        for name in ("../evil.yaml", "/etc/passwd", "var/access.db", "profiles/../../x.yaml"):
            body = {"files": files | {name: "x"}}
            headers = {"if-match": etag}
            answer = await asking.chief.ask("PUT", PATH, json=body, headers=headers)
            assert answer.status in {409, 422}, name
        assert (await present(asking))[0] == etag

    told(tmp_path, story)


def test_in_repair_mode_it_says_what_is_wrong(tmp_path: Path) -> None:
    """The file that cannot be run can be read, with its mistakes."""

    async def story(asking: Asking) -> None:
        asking.house.current = None
        what, remedy = Text("错", "wrong"), Text("改", "correct it")
        asking.house.problems = (
            Problem(file="site.yaml", line=3, column=1, where="links", what=what, remedy=remedy),
        )
        said = (await asking.chief.get(PATH)).json
        assert said["running"] is False
        [wrong] = said["problems"]
        assert (wrong["line"], wrong["words"]["zh"], wrong["remedy"]["en"]) == (
            3,
            "错",
            "correct it",
        )

    told(tmp_path, story)
