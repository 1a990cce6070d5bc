"""A new link for a device that is added: what has to be known of it, and what is wrong with it."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from edge.api.ui.add.link_kind import LinkKind, kind_of, section_of, typed_of
from edge.api.ui.add.link_kinds import LINK_KINDS
from edge.discovery.try_link import link_of
from edge.drivers import KINDS
from tests.fakes.browser import Answer
from tests.fakes.page_story import EN, ZH, Scene, plain, told

FILLED = {
    "transport.host": "192.168.1.50",
    "broker.host": "192.168.1.2",
    "source.url": "rtsp://192.168.1.64/102",
    "transport.registration": "867530901234567",
}


def value_of(page: Answer, name: str) -> str:
    """What the first field of this name holds."""
    found = re.search(rf'<input [^>]*name="{re.escape(name)}"[^>]* value="([^"]*)"', page.text)
    assert found is not None, name
    return html.unescape(found[1])


@pytest.mark.parametrize("kind", LINK_KINDS.values(), ids=lambda kind: kind.name)
def test_every_kind_of_link_is_one_with_what_usually_fits(kind: LinkKind, tmp_path: Path) -> None:
    """Filled in as it stands there, with an address, its driver takes it."""
    own = {} if kind.name == "rtsp" else {"source.url": "http://192.168.1.64/now.jpg"}
    filled = FILLED | own
    typed = {each.name: filled.get(each.name, each.usual) for each in kind.fields}
    section = section_of(kind, "new-1", typed)
    assert link_of(section, tmp_path, running=()).id == "new-1"
    assert kind_of(LINK_KINDS.values(), section) is kind
    again = typed_of(kind, section)
    assert again == {name: value for name, value in typed.items() if value}


def test_no_driver_is_left_out() -> None:
    """Whoever adds a driver adds the ways in which its devices are connected."""
    assert {kind.driver for kind in LINK_KINDS.values()} == {*KINDS}
    fixed = [each for kind in LINK_KINDS.values() for each in kind.fixed.values()]
    ways = {each["type"] for each in fixed}
    assert ways == {"tcp", "rtu", "rtu_over_tcp", "dial_in", "rtsp", "mjpeg", "snapshot"}


@pytest.mark.parametrize(("language", "said"), [(ZH, "端口"), (EN, "Port")])
def test_a_new_link_that_cannot_be_is_told_at_its_field(
    tmp_path: Path, language: dict[str, str], said: str
) -> None:
    """What was typed is there again, and what would be right."""

    async def story(scene: Scene) -> None:
        path = "/add/link?kind=tcp"
        assert said in plain(await scene.chief.get(path, **language))
        typed = {"id": "lifts-x", "transport.host": "10.0.0.9", "transport.port": "99999"}
        page = await scene.chief.form(path, typed, **language)
        assert page.status == 422
        assert value_of(page, "transport.host") == "10.0.0.9"
        at = page.text.index('name="transport.port"')
        assert "65535" in page.text[at : at + 600]
        good = await scene.chief.form(path, typed | {"transport.port": "502"}, **language)
        assert good.status == 303
        assert good.headers["location"].startswith("/add/find?link=lifts-x&new=%7B")
        back = good.headers["location"].replace("/add/find", "/add/link")
        again = await scene.chief.get(back, **language)
        assert "10.0.0.9" in again.text

    told(tmp_path, story)


def test_two_links_on_one_line_are_refused(tmp_path: Path) -> None:
    """They would garble each other; it says which link is there."""

    async def story(scene: Scene) -> None:
        typed = {"id": "twice", "transport.host": "127.0.0.1", "transport.port": "15021"}
        page = await scene.chief.form("/add/link?kind=tcp", typed, **EN)
        assert page.status == 422
        assert "the link lifts-b1 uses this line" in plain(page)

    told(tmp_path, story)
