"""The pages of rules: every one with its state, one with its reasons, writing and trying one."""

from __future__ import annotations

import asyncio
import html
import re
from datetime import timedelta
from pathlib import Path

import pytest

from edge.model import Reading
from tests.fakes.browser import Answer
from tests.fakes.page_story import EN, HTMX, ZH, Scene, plain, told, value_of

RISK = "/rules/edit?section=rules&key=cabinet_fire_risk"


def typed_in(page: Answer) -> str:
    """What the editor holds."""
    found = re.search(r'<textarea id="text"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)
    assert found is not None
    return html.unescape(found[1])


@pytest.mark.parametrize(
    ("language", "quiet", "built_in"),
    [(ZH, "平静", "电梯困人"), (EN, "Quiet", "People trapped in a lift")],
)
def test_every_rule_is_listed_with_its_state(
    tmp_path: Path, language: dict[str, str], quiet: str, built_in: str
) -> None:
    """The site's own, those in code, the alarms of each device; in both languages."""

    async def story(scene: Scene) -> None:
        await scene.house.read("breaker-1/residual_current", 42)
        words = plain(await scene.chief.get("/rules", **language))
        assert "cabinet_fire_risk" in words
        assert "42 mA" in words  # the text with its values
        assert quiet in words
        assert built_in in plain(await scene.chief.get("/rules?whose=built_in", **language))
        alarms = plain(await scene.chief.get("/rules?whose=alarm&device=fire-3", **language))
        assert "fire-3/fire" in alarms
        assert "lift-1/" not in alarms

    told(tmp_path, story)


def test_an_alarm_that_is_on_is_counted_at_its_rule(tmp_path: Path) -> None:
    """Of a detector behind a panel too."""

    async def story(scene: Scene) -> None:
        page = await scene.chief.get("/rules?whose=alarm&device=fire-3", **EN)
        row = plain(page).partition("fire-3/fire ")[0][-40:]
        assert "Active" in row or "Not known yet" in row
        assert '<a href="/alarms">1</a>' in page.text

    told(tmp_path, story)


def test_a_rule_says_why_it_is_as_it_is(tmp_path: Path) -> None:
    """Condition by condition with the values of now; asked again it tells what has changed."""

    async def story(scene: Scene) -> None:
        path = "/rules/written/cabinet_fire_risk"
        await scene.house.read("breaker-1/residual_current", 42)
        page = await scene.chief.get(path, **EN)
        words = plain(page)
        assert "Residual current above 100 mA" in words
        assert "42 mA" in words
        assert "above: 100 mA, deadband: 20}" in words  # as the file has it, by its lines there
        assert 'id="L1"' not in page.text
        await scene.house.read("breaker-1/residual_current", 150)
        piece = await scene.chief.get(path, hx_target="explained", **HTMX)
        assert "<html" not in piece.text
        assert "150 mA" in plain(piece)
        alarm = plain(await scene.chief.get("/rules/alarm/breaker-1/leakage", **EN))
        assert "As the profile has it" in alarm
        assert "above: 300" in alarm
        offline = plain(await scene.chief.get("/rules/built_in/offline", **EN))
        assert "behind: {switch-b3: [lifts-b3, lifts-b3-2]}" in offline
        for gone in ("/rules/written/none", "/rules/built_in/none", "/rules/alarm/lift-1/none"):
            assert (await scene.chief.get(gone, **EN)).status == 404

    told(tmp_path, story)


@pytest.mark.parametrize(("language", "said"), [(ZH, "没有 abov"), (EN, "did you mean above?")])
def test_a_mistake_in_a_rule_is_marked_at_its_line(
    tmp_path: Path, language: dict[str, str], said: str
) -> None:
    """Of the text as it was typed; that is there again, and what one can write beside it."""

    async def story(scene: Scene) -> None:
        page = await scene.chief.get(RISK, **language)
        text = typed_in(page).replace("above: 100 mA", "abov: 100 mA")
        line = next(n for n, each in enumerate(text.splitlines(), 1) if "abov:" in each)
        fields = {"text": text, "base": value_of(page, "base"), "do": "review"}
        wrong = await scene.chief.form(RISK, fields, **language)
        assert wrong.status == 422
        assert f'data-line="{line}"' in wrong.text
        assert said.rsplit(maxsplit=1)[-1] in plain(wrong)
        assert typed_in(wrong) == text
        assert "sump-1/level" in plain(wrong)

    told(tmp_path, story)


def test_a_rule_is_tried_before_it_is_applied(tmp_path: Path) -> None:
    """On what was read: when it would have been on, how often, and what could not be tried."""

    async def story(scene: Scene) -> None:
        now = scene.house.clock()
        for hours, value in ((5, 20), (4, 150), (3, 20)):
            at = now - timedelta(hours=hours)
            scene.house.history.add(Reading(point="breaker-1/residual_current", value=value, at=at))
        path = (
            "/rules/edit?section=rules&key=&kind=threshold&name=leaks"
            "&one=breaker-1/residual_current"
        )
        page = await scene.chief.get(path, **EN)
        text = typed_in(page)
        assert "id: leaks" in text
        fields = {"text": text, "base": value_of(page, "base"), "do": "try", "hours": "6"}
        tried = await scene.chief.form(path, fields, **EN)
        words = plain(tried)
        assert "1 alarm would have been raised" in words
        assert "06:00:30 07:01:00 1 h" in words  # half a minute later, over a minute later
        assert tried.text.count('class="on fault"') == 1
        assert typed_in(tried) == text
        quiet = await scene.chief.form(path, {**fields, "hours": "1"}, **EN)
        assert "0 alarms would have been raised" in plain(quiet)
        review = await scene.chief.form(path, {**fields, "do": "review"}, **EN)
        assert "New: rule breaker-1/leaks" in plain(review)

    told(tmp_path, story)


def test_a_profiles_alarm_is_set_for_this_site(tmp_path: Path) -> None:
    """Written out as the profile has it, to be changed; it goes before the profile's."""

    async def story(scene: Scene) -> None:
        path = "/rules/edit?section=alarms&key=&device=breaker-1&name=leakage"
        page = await scene.chief.get(path, **EN)
        text = typed_in(page).replace("above: 300", "above: 200")
        fields = {"text": text, "base": value_of(page, "base"), "do": "review"}
        review = await scene.chief.form(path, fields, **EN)
        assert "Changed: alarms of devices" in plain(review)
        fields = {name: value_of(review, name) for name in ("change", "base")}
        done = await scene.chief.form("/configuration/apply", fields, **EN)
        await asyncio.sleep(10)
        assert "Applied." in plain(await scene.chief.get(done.headers["location"], **EN))
        there = plain(await scene.chief.get("/rules/alarm/breaker-1/leakage", **EN))
        assert "As the site file has it" in there

    told(tmp_path, story)


def test_options_of_a_rule_in_code_are_set(tmp_path: Path) -> None:
    """With what can be set beside the text; those that are as they come are not there before."""

    async def story(scene: Scene) -> None:
        path = "/rules/edit?section=watch&key=denials"
        page = await scene.chief.get(path, **EN)
        assert typed_in(page).splitlines()[1] == "count: 5"
        assert "Without a further denial" in plain(page)
        fields = {"text": "count: 3\n", "base": value_of(page, "base"), "do": "review"}
        review = await scene.chief.form(path, fields, **EN)
        assert "Changed: options of built-in rules" in plain(review)
        assert "+ denials: 243 + count: 3" in plain(review)

    told(tmp_path, story)


def test_a_rule_that_was_taken_back_is_there_to_be_corrected(tmp_path: Path) -> None:
    """A new one too, as it was tried."""

    async def story(scene: Scene) -> None:
        path = "/rules/edit?section=rules&key=&kind=night&name=dark&one=lift-1/trapped"
        page = await scene.chief.get(path, **EN)
        text = typed_in(page) + "# mine\n"
        fields = {"text": text, "base": value_of(page, "base"), "do": "review"}
        review = await scene.chief.form(path, fields, **EN)
        fields = {name: value_of(review, name) for name in ("change", "base")}
        back = await scene.chief.form(path, {"change": fields["change"]}, **EN)
        assert typed_in(back) == text
        await scene.chief.form("/configuration/apply", fields, **EN)
        await asyncio.sleep(10)
        again = await scene.chief.get(f"{path}&from=2", **EN)
        assert "id: dark" in typed_in(again)
        assert "during: night" in typed_in(again)

    told(tmp_path, story)
