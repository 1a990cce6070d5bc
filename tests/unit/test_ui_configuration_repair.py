"""A site file that cannot be run: what is wrong, at which line, and the way out of it."""

from __future__ import annotations

import asyncio
import html
import re
from pathlib import Path

import pytest

from edge.config import load
from edge.errors import ConfigError
from tests.fakes.browser import Answer
from tests.fakes.page_story import EN, ZH, Scene, plain, told, value_of

SITE = "site.yaml"


def broken(text: str) -> str:
    """Two mistakes that people make."""
    return text.replace("driver: gb26875", "driver: gb2687").replace(
        "above: 100 mA", "abov: 100 mA"
    )


async def spoil(scene: Scene, *, runs: bool) -> str:
    """Let somebody break the file on the disk, and the gateway find it so; return how it was."""
    house = scene.house

    def spoiled() -> str:
        path = house.versions.folder / SITE
        good = path.read_text(encoding="utf-8")
        path.write_text(broken(good), encoding="utf-8")
        try:
            load(path)
        except ConfigError as error:
            house.problems = error.problems
        return good

    good = await asyncio.to_thread(spoiled)
    if not runs:
        house.current = None
    return good


def typed_in(page: Answer) -> str:
    """What the editor holds."""
    found = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


@pytest.mark.parametrize(
    ("language", "what", "said"),
    [
        (ZH, "nothing", "站点文件不能运行，所以网关没有运行"),
        (EN, "nothing", "so nothing runs: no device is read"),
        (ZH, "before", "现在运行的是以前的配置"),
        (EN, "before", "What ran before runs in its place"),
    ],
)
def test_what_is_wrong_is_told_line_by_line(
    tmp_path: Path, language: dict[str, str], what: str, said: str
) -> None:
    """In words, with the line as it stands there and what would be right; ready to be mended."""

    async def story(scene: Scene) -> None:
        good = await spoil(scene, runs=what == "before")
        page = await scene.chief.get("/configuration", **language)
        assert page.status == 200
        words = plain(page)
        assert said in words
        for wrong in ("gb2687", "abov: 100 mA"):
            line = next(n for n, each in enumerate(broken(good).splitlines(), 1) if wrong in each)
            assert f'data-line="{line}"' in page.text
            assert wrong in words
        assert typed_in(page) == broken(good)

    told(tmp_path, story)


def test_the_other_pages_lead_here(tmp_path: Path) -> None:
    """Nothing runs that they could show; each says so and where to go, none fails."""

    async def story(scene: Scene) -> None:
        await spoil(scene, runs=False)
        for path in ("/rules", "/rules/new", "/rules/written/cabinet_fire_risk"):
            page = await scene.chief.get(path, **EN)
            assert page.status == 503, path
            assert "correct it on the page Configuration" in plain(page)
        for path in (
            "/add",
            "/configuration/file",
            "/configuration/versions",
            "/configuration/trial",
        ):
            assert (await scene.chief.get(path, **EN)).status == 200, path

    told(tmp_path, story)


def test_it_is_mended_here_and_runs_again(tmp_path: Path) -> None:
    """The file is corrected, looked at and applied like any change."""

    async def story(scene: Scene) -> None:
        good = await spoil(scene, runs=False)
        page = await scene.chief.get("/configuration", **EN)
        path = "/configuration/file?name=site.yaml"
        fields = {"base": value_of(page, "base"), "do": "review"}
        half = good.replace("above: 100 mA", "abov: 100 mA")
        still = await scene.chief.form(path, {**fields, "text": half}, **EN)
        assert still.status == 422
        assert "did you mean above?" in plain(still)
        assert typed_in(still) == half
        review = await scene.chief.form(path, {**fields, "text": good}, **EN)
        assert "The gateway begins to run with this configuration" in plain(review)
        fields = {name: value_of(review, name) for name in ("change", "base")}
        done = await scene.chief.form("/configuration/apply", fields, **EN)
        assert done.status == 303
        await asyncio.sleep(10)
        assert scene.house.current is not None
        assert "Applied." in plain(await scene.chief.get(done.headers["location"], **EN))

    told(tmp_path, story)


def test_it_can_go_back_to_what_ran_before(tmp_path: Path) -> None:
    """Whoever cannot mend the file takes the version before it."""

    async def story(scene: Scene) -> None:
        good = await spoil(scene, runs=False)
        page = await scene.chief.get("/configuration/versions/1", **EN)
        assert "Go back to this version, on trial" in plain(page)
        fields = {"base": value_of(page, "base"), "watch": "pipeline"}
        done = await scene.chief.form("/configuration/versions/1/restore", fields, **EN)
        assert done.status == 303
        await asyncio.sleep(10)
        assert (await asyncio.to_thread(scene.house.versions.read)).text() == good

    told(tmp_path, story)


def test_a_file_that_was_mended_by_hand_is_seen_so(tmp_path: Path) -> None:
    """It says that nothing is wrong any more, whatever was wrong at the start."""

    async def story(scene: Scene) -> None:
        good = await spoil(scene, runs=True)
        site = scene.house.versions.folder / SITE
        await asyncio.to_thread(site.write_text, good, "utf-8")
        page = await scene.chief.get("/configuration", **EN)
        assert "Nothing is wrong with the files any more" in plain(page)

    told(tmp_path, story)
