"""The configuration's history: who changed what, a look at it, and the way back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes.page_story import EN, ZH, Scene, plain, told, value_of

NAME = "zh: 江畔花园,"


async def renamed(scene: Scene, name: str) -> None:
    """Apply another name of the site."""
    versions = scene.house.versions
    present = await asyncio.to_thread(versions.read)
    files = present.put(present.site, present.text().replace(NAME, f"zh: {name},"))
    await scene.house.house.applying.apply(
        files, base=present.etag, by="wang", note=f"to {name}", watch="pipeline"
    )
    await asyncio.sleep(10)


@pytest.mark.parametrize(("language", "said"), [(ZH, "已应用"), (EN, "Applied")])
def test_the_history_says_who_when_and_what_for(
    tmp_path: Path, language: dict[str, str], said: str
) -> None:
    """The latest first; which one is there now."""

    async def story(scene: Scene) -> None:
        await renamed(scene, "新园")
        words = plain(await scene.chief.get("/configuration/versions", **language))
        assert words.index("to 新园") < words.rindex("/configuration" if False else "1")
        assert "wang" in words
        assert said in words
        now = {"zh-CN": "现在的", "en": "Is there now"}[language["accept_language"]]
        assert words.count(now) == 1

    told(tmp_path, story)


def test_a_version_is_compared_with_what_is_there_now(tmp_path: Path) -> None:
    """What going back would change, what would follow, and each file as it was."""

    async def story(scene: Scene) -> None:
        await renamed(scene, "新园")
        page = await scene.chief.get("/configuration/versions/1?file=site.yaml", **EN)
        words = plain(page)
        assert "zh: 新园," in words
        assert NAME in words
        assert "Changed: the site's name or time zone" in words
        assert '<tr id="L5">' in page.text
        present = await scene.chief.get("/configuration/versions/2", **EN)
        assert "This is what is there now." in plain(present)
        assert "Go back to this version" not in plain(present)
        assert (await scene.chief.get("/configuration/versions/99", **EN)).status == 404

    told(tmp_path, story)


def test_going_back_is_a_change_like_any_other(tmp_path: Path) -> None:
    """On trial, noted before it is done; over something newer it is refused, and shown anew."""

    async def story(scene: Scene) -> None:
        await renamed(scene, "新园")
        browser = await scene.browser()
        page = await browser.get("/configuration/versions/1", **EN)
        path, fields = "/configuration/versions/1/restore", {"base": value_of(page, "base")}
        stale = await browser.form(path, {**fields, "base": "other"}, **EN)
        assert stale.status == 409
        assert "somebody has changed the configuration meanwhile" in plain(stale)
        assert value_of(stale, "base") == fields["base"]
        done = await browser.form(path, fields, **EN)
        assert done.status == 303
        await asyncio.sleep(10)
        assert NAME in (await asyncio.to_thread(scene.house.versions.read)).text()
        lines = await scene.house.audit.read(10, what="configuration.applied")
        assert [line.outcome for line in reversed(lines)] == ["asked", "refused", "asked"]

    told(tmp_path, story)
