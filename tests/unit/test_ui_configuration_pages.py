"""The configuration page: files as text, errors at their lines, two technicians at once."""

from __future__ import annotations

import asyncio
import html
import re
from pathlib import Path

import pytest

from edge.versions import Files
from tests.fakes.browser import Answer, Browser
from tests.fakes.page_story import EN, ZH, Scene, plain, told, value_of

FILE = "/configuration/file?name=site.yaml"
HALL = "# typed by me\n"


async def text_of(browser: Browser, path: str = FILE) -> tuple[str, str]:
    """The text in the editor, and the etag that it was written over."""
    page = await browser.get(path, **EN)
    assert page.status == 200
    return typed_in(page), value_of(page, "base")


def typed_in(page: Answer) -> str:
    """What the editor holds."""
    found = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


async def disk(scene: Scene) -> Files:
    """What is there now."""
    return await asyncio.to_thread(scene.house.versions.read)


def fields_of(page: Answer) -> dict[str, str]:
    """What the form of a review carries on."""
    return {name: value_of(page, name) for name in ("change", "base")}


async def ended(browser: Browser, path: str) -> str:
    """The words of the trial's page once it has ended."""
    for _ in range(100):
        words = plain(await browser.get(path, **EN))
        if "Applied." in words or "Taken back." in words:
            return words
        await asyncio.sleep(1)
    raise AssertionError("the trial has no end")


@pytest.mark.parametrize(("language", "said"), [(ZH, "设备"), (EN, "Devices")])
def test_every_section_is_there_with_what_it_holds(
    tmp_path: Path, language: dict[str, str], said: str
) -> None:
    """In both languages: its name, how many items, and where it leads."""

    async def story(scene: Scene) -> None:
        page = await scene.chief.get("/configuration", **language)
        words = plain(page)
        assert f"{said} devices" in words
        assert 'href="/configuration/section?name=policies"' in page.text
        section = await scene.chief.get("/configuration/section?name=devices", **language)
        assert "lift-1" in plain(section)
        assert (await scene.chief.get("/configuration/section?name=nothing", **EN)).status == 404

    told(tmp_path, story)


@pytest.mark.parametrize(
    ("language", "what", "remedy"),
    [(ZH, "没有驱动 gb2687", "gb26875"), (EN, "there is no driver gb2687", "gb26875")],
)
def test_a_mistake_is_shown_at_its_line(
    tmp_path: Path, language: dict[str, str], what: str, remedy: str
) -> None:
    """With the line's number, the line itself, and what would be right; nothing typed is lost."""

    async def story(scene: Scene) -> None:
        text, base = await text_of(scene.chief)
        broken = HALL + text.replace("driver: gb26875", "driver: gb2687")
        line = next(n for n, each in enumerate(broken.splitlines(), 1) if "gb2687" in each)
        fields = {"text": broken, "base": base, "do": "review"}
        page = await scene.chief.form(FILE, fields, **language)
        assert page.status == 422
        words = plain(page)
        assert what in words
        assert remedy in words
        assert "driver: gb2687" in words
        assert f'data-line="{line}"' in page.text
        assert f'data-marks="{line}' in page.text
        assert typed_in(page) == broken
        assert value_of(page, "base") == base

    told(tmp_path, story)


def test_a_change_is_looked_at_applied_and_followed(tmp_path: Path) -> None:
    """What differs and what follows first; who and what for afterwards; noted before it is done."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser()
        text, base = await text_of(browser)
        new = text.replace("zh: 江畔花园,", "zh: 江畔新园,").replace(
            "\n", "\r\n"
        )  # as browsers send it
        page = await browser.form(FILE, {"text": new, "base": base, "do": "review"}, **EN)
        words = plain(page)
        assert "Changed: the site's name or time zone" in words
        assert "zh: 江畔新园," in words
        assert "+1 −1" in words  # the lines' ends are as they were
        fields = {**fields_of(page), "note": "new name", "watch": "links"}
        done = await browser.form("/configuration/apply", fields, **EN)
        assert done.status == 303
        where = done.headers["location"]
        assert where.startswith("/configuration/trial?version=2&")
        assert "On trial: 30 s left" in plain(await browser.get(where, **EN))
        assert "Applied." in await ended(browser, where)
        assert (await disk(scene)).text().count("江畔新园") == 1
        version, _ = await asyncio.to_thread(scene.house.versions.history)
        assert (version.by, version.note, version.state) == ("technician0", "new name", "applied")
        assert await scene.noted("configuration.applied") == [("technician0", "")]

    told(tmp_path, story)


def test_the_second_of_two_loses_nothing(tmp_path: Path) -> None:
    """Told who was faster, what both have changed, and offered both together where that goes."""

    async def story(scene: Scene) -> None:
        first, second = scene.chief, await scene.browser()
        text, base = await text_of(second)
        mine = text.replace("en: Building 2}", "en: House 2}")
        page = await first.form(
            FILE,
            {"text": text.replace("en: Building 1}", "en: House 1}"), "base": base, "do": "review"},
            **EN,
        )
        done = await first.form("/configuration/apply", fields_of(page), **EN)
        await ended(first, done.headers["location"])
        apart = await second.form(FILE, {"text": mine, "base": base, "do": "review"}, **EN)
        assert apart.status == 409
        words = plain(apart)
        assert "chief has changed the configuration" in words
        assert words.index("en: House 1}") < words.index("en: House 2}")
        review = await second.form(
            "/configuration/review", {"change": value_of(apart, "change")}, **EN
        )
        assert "en: House 2}" in plain(review)
        done = await second.form("/configuration/apply", fields_of(review), **EN)
        await ended(second, done.headers["location"])
        both = (await disk(scene)).text()
        assert "en: House 1}" in both
        assert "en: House 2}" in both

    told(tmp_path, story)


def test_two_changes_of_one_line_go_back_to_who_typed(tmp_path: Path) -> None:
    """The text is there again, beside what the other has made of that line."""

    async def story(scene: Scene) -> None:
        text, base = await text_of(scene.chief)
        mine = HALL + text.replace("en: Building 1}", "en: Mine}")
        theirs = text.replace("en: Building 1}", "en: Theirs}")
        page = await scene.chief.form(FILE, {"text": theirs, "base": base, "do": "review"}, **EN)
        stale = await scene.chief.form(FILE, {"text": mine, "base": base, "do": "review"}, **EN)
        done = await scene.chief.form("/configuration/apply", fields_of(page), **EN)
        await ended(scene.chief, done.headers["location"])
        apart = await scene.chief.form("/configuration/apply", fields_of(stale), **EN)
        assert apart.status == 409
        assert "Both have changed the same lines" in plain(apart)
        back = await scene.chief.form(FILE, {"change": value_of(apart, "change")}, **EN)
        assert typed_in(back) == mine
        assert "en: Theirs}" in plain(back)
        assert value_of(back, "base") == (await disk(scene)).etag

    told(tmp_path, story)


def test_what_needs_a_restart_is_refused_before_it_is_tried(tmp_path: Path) -> None:
    """It says so, offers no button, and who asks all the same keeps what was typed."""

    async def story(scene: Scene) -> None:
        text, base = await text_of(scene.chief)
        new = text.replace("gateway: {id: gw-1,", "gateway: {id: gw-2,")
        page = await scene.chief.form(FILE, {"text": new, "base": base, "do": "review"}, **EN)
        assert "gateway.id cannot change while the gateway runs" in plain(page)
        assert "Apply on trial" not in plain(page)
        refused = await scene.chief.form("/configuration/apply", fields_of(page), **EN)
        assert refused.status == 409
        assert value_of(refused, "change") == value_of(page, "change")
        assert len(await asyncio.to_thread(scene.house.versions.history)) == 1

    told(tmp_path, story)


def test_a_large_file_goes_through(tmp_path: Path) -> None:
    """A community's file is larger than what a form may usually hold."""

    async def story(scene: Scene) -> None:
        text, base = await text_of(scene.chief)
        large = text + "# 注释很长的一行，说明这里为什么这样写\n" * 5_000
        page = await scene.chief.form(FILE, {"text": large, "base": base, "do": "review"}, **EN)
        assert page.status == 200
        assert "nothing is begun anew" in plain(page)

    told(tmp_path, story)


def test_a_profile_of_the_site_is_begun(tmp_path: Path) -> None:
    """That of a shipped name changes it; what cannot be a name is refused in words."""

    async def story(scene: Scene) -> None:
        page = await scene.chief.get("/configuration/file?profile=lifts/ba_box", **EN)
        assert typed_in(page) == "extends: lifts/ba_box\n"
        path = "/configuration/file?name=profiles/lifts/ba_box.yaml"
        fields = {"text": "extends: lifts/ba_box\nfirmware: '2'\n", "base": value_of(page, "base")}
        review = await scene.chief.form(path, {**fields, "do": "review"}, **EN)
        assert "profiles/lifts/ba_box.yaml New file" in plain(review)
        assert (await scene.chief.get("/configuration/file?profile=../x", **EN)).status == 422

    told(tmp_path, story)


def test_a_file_that_is_none_of_the_configuration_is_not_shown(tmp_path: Path) -> None:
    """Neither a secret beside it, nor one elsewhere."""

    async def story(scene: Scene) -> None:
        (scene.house.versions.folder / "secret").write_text("hush")
        for name in ("secret", "../../etc/passwd", "/etc/passwd", "var/accounts.db"):
            page = await scene.chief.get(f"/configuration/file?name={name}", **EN)
            assert page.status == 404, name
            assert "hush" not in page.text

    told(tmp_path, story)


def test_who_may_only_look_sees_none_of_it(tmp_path: Path) -> None:
    """Nor does who looks after some buildings only."""

    async def story(scene: Scene) -> None:
        for browser in (await scene.browser("viewer"), await scene.browser("technician", "b1")):
            for path in ("/configuration", FILE, "/configuration/versions", "/rules", "/add"):
                assert (await browser.get(path, **EN)).status == 403

    told(tmp_path, story)
