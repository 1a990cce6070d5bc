"""Looking for a unit, reading it, and making a profile of its registers, over a line in memory."""

from __future__ import annotations

import asyncio
import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from edge.api.app import ended
from edge.api.ui.add.carried import unpack, unpack_points
from edge.api.ui.add.points import Typed, order_letters, recognised
from edge.api.ui.add.scanning import Mark
from edge.api.ui.add.values import readout
from edge.api.ui.add.wish import Wish
from edge.discovery import interpretations
from edge.model import Text
from simulators.modbus_server import SlaveUnit
from tests.fakes.browser import Answer, Event, events_in
from tests.fakes.modbus import FakeBus, made, opened, profile
from tests.fakes.page_story import EN, ZH, Scene, plain, told

LIFT = Wish(link="lifts-b1", profile="lifts/ba_box", address='{"unit":9}')


def lift() -> SlaveUnit:
    """A unit that answers as a lift's box does: faults, counters, a speed."""
    words = dict.fromkeys(range(64, 88), 0)
    return SlaveUnit(tables={"holding": {**words, 74: 46, 77: 3, 86: 175}})


def line(
    scene: Scene, slaves: Mapping[int, SlaveUnit], devices: Mapping[int, Any] | None = None
) -> FakeBus:
    """Put these units on the link to the lifts."""
    bus = FakeBus(slaves)
    scene.house.keepers["lifts-b1"]._driver = opened(bus, devices or {})
    return bus


def words(event: Event) -> str:
    """What an event says to a person."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", event.body))).strip()


async def streamed(scene: Scene, path: str, **headers: str) -> list[Event]:
    """All events of a stream that comes to its end."""
    answer = await scene.chief.ask("GET", path, headers={**EN, **headers}, to_the_end=True)
    return events_in(answer.body)


def test_a_scan_tells_what_it_finds_and_suggests_a_profile(tmp_path: Path) -> None:
    """How far it is, who answers, then what suits; the way on is in it. It is noted beforehand."""

    async def story(scene: Scene) -> None:
        line(scene, {3: lift(), 5: SlaveUnit(tables={"holding": {900: 1}})})
        events = await streamed(scene, "/add/find/scan?link=lifts-b1&first=1&last=6")
        progress = [words(each) for each in events if each.name == "progress"]
        assert progress[0] == "Unit 1, 1 of 6"
        assert progress[5] == "Unit 6, 6 of 6"
        units = [words(each) for each in events if each.name == "unit"]
        assert units[0].startswith("Unit 3 answers in")
        assert "Lift monitoring box (fault bits)" in units[2]
        assert "No profile fits what it answers." in units[3]
        last = [each for each in events if each.name == "unit"]
        assert "profile=lifts%2Fba_box" in last[2].body
        assert "/add/points?" in last[3].body
        assert words(events[-1]) == "The scan is through: 2 units that are not on the site yet."
        assert await scene.noted("link.surveyed") == [("chief", "lifts-b1")]

    told(tmp_path, story)


def test_a_browser_that_was_cut_off_goes_on_where_it_was(tmp_path: Path) -> None:
    """Nobody is asked twice, and nobody is forgotten that was found before."""

    async def story(scene: Scene) -> None:
        bus = line(scene, {3: lift(), 8: SlaveUnit(tables={"holding": {0: 1}})})
        path = "/add/find/scan?link=lifts-b1&first=1&last=9"
        events = await streamed(scene, path, last_event_id="7.3.")
        assert {unit for _, unit, _ in bus.asked} == {3, 7, 8, 9}
        units = [words(each)[:6] for each in events if each.name == "unit"]
        assert units == ["Unit 8", "Unit 3", "Unit 8"]
        done = await streamed(scene, path, last_event_id=events[-1].id)
        assert [each.name for each in done] == ["end"]

    told(tmp_path, story)


def test_a_mark_is_read_whatever_a_browser_sends() -> None:
    """From the beginning where it makes no sense."""
    mark = Mark(7, (3, 5), (3,))
    assert Mark.read(str(mark), 1) == mark
    for nonsense in ("", "x", "..", "a.b.c", "-1.2.3"):
        assert Mark.read(nonsense, 4) == Mark(4)


@pytest.mark.parametrize(
    ("language", "said"), [(ZH, "没有未接入的设备应答"), (EN, "nobody answers")]
)
def test_a_scan_that_finds_nothing_says_so(
    tmp_path: Path, language: dict[str, str], said: str
) -> None:
    """In words; and a link that is not up says why and what to do."""

    async def story(scene: Scene) -> None:
        line(scene, {})
        path = "/add/find/scan?link=lifts-b1&first=1&last=2"
        answer = await scene.chief.ask("GET", path, headers=language, to_the_end=True)
        assert said in words(events_in(answer.body)[-1])
        down = await streamed(scene, "/add/find/scan?link=power&first=1&last=2")
        assert [each.name for each in down] == ["end"]
        assert "Errno" not in words(down[0])
        assert "port" in words(down[0])
        other = await streamed(scene, "/add/find/scan?link=sensors&first=1&last=2")
        assert len(other) == 1

    told(tmp_path, story)


def test_a_profile_is_read_live(tmp_path: Path) -> None:
    """Again and again as long as somebody watches; then the line is left alone."""

    async def story(scene: Scene) -> None:
        slave = lift()
        bus = line(scene, {9: slave})
        page = await scene.chief.get(LIFT.path("read"), **EN)
        assert "Does what it says make sense?" in plain(page)
        path = LIFT.path("read").replace("/add/read?", "/add/read/live?")
        async with scene.chief.watch(path, **EN) as pieces:
            first = words(events_in(await pieces.get())[0])
            slave.tables["holding"][86] = 90
            second = words(events_in(await pieces.get())[0])
        assert "52 values make sense" in first
        assert "Speed now speed 175 yes" in first
        assert "Speed now speed 90 yes" in second
        asked = len(bus.asked)
        await asyncio.sleep(30)
        assert len(bus.asked) == asked

    told(tmp_path, story)


def test_a_wrong_profile_shows() -> None:
    """What cannot be right and what cannot be read is told apart; nothing is read as zero."""
    points = {
        "low": {"register": 1, "valid": {"min": 0, "max": 10}},
        "far": {"register": 500},
        "state": {"register": 2, "labels": {1: {"zh": "一", "en": "one"}}},
    }
    found = readout(made(points), {"holding": {1: 11, 2: 7}})
    told_ = {each.point.name: (each.value, each.believed) for each in found.points}
    assert told_ == {"low": (None, "no"), "far": (None, "unread"), "state": (7, "no")}
    assert (found.sound, found.doubted, found.unread) == (0, 2, 1)
    box = readout(profile("lifts/ba_box"), {})
    assert box.unread == len(box.points)


def test_strangers_are_told_as_they_speak(tmp_path: Path) -> None:
    """Whoever waits on a link sees each new one."""

    async def story(scene: Scene) -> None:
        heard = scene.house.keepers["fire"].trace.strangers.heard
        async with scene.chief.watch("/add/find/listen?link=fire", **EN) as pieces:
            assert "Nobody yet" in words(events_in(await pieces.get())[0])
            heard("7", Text("心跳", "heartbeat"), address={"address": 7})
            told_ = words(events_in(await pieces.get())[0])
        assert "heartbeat" in told_
        assert "Add as" in told_
        missing = await streamed(scene, "/add/find/listen?link=none")
        assert "there is no link none" in words(missing[0])

    told(tmp_path, story)


def fields(page: Answer) -> dict[str, str]:
    """What the step's form carries on."""
    found = re.findall(r'<input [^>]*name="([^"]+)"[^>]*? value="([^"]*)"', page.text)
    carried = {"sample", "before", "points", "at", "first", "count"}
    return {name: html.unescape(value) for name, value in found if name in carried}


def test_a_profile_is_made_of_registers(tmp_path: Path) -> None:
    """Read twice to see what moves, recognise a value, name it, and the device is added with it."""

    async def story(scene: Scene) -> None:
        slave = SlaveUnit(tables={"input": {0: 2305, 1: 0x4366, 2: 0x8000, 3: 7}})
        line(scene, {9: slave})
        path = Wish(link="lifts-b1", address='{"unit":9}').path("points")
        page = await scene.chief.get(path, **EN)
        assert "Take the manual of the device" in plain(page)
        asked = {"table": "input", "first": "0", "count": "5", "do": "read"}
        page = await scene.chief.form(path, asked, **EN)
        assert "4 to 4 cannot be read:" in plain(page)
        slave.tables["input"][3] = 8
        page = await scene.chief.form(path, {**asked, **fields(page)}, **EN)
        assert plain(page).count(" moved ") == 1
        page = await scene.chief.form(path, {**fields(page), "table": "input", "pick": "1"}, **EN)
        assert "230.5 decimal number, 32 bits · ABCD" in plain(page)
        take = {"choice": "f32/big/big", "en": "Voltage", "zh": "电压", "measure": "V", "do": "add"}
        page = await scene.chief.form(path, {**fields(page), "table": "input", **take}, **EN)
        assert "Voltage voltage (V)" in plain(page)
        make = {"kind": "electric", "own": "own/meter", "device_en": "Meter", "do": "make"}
        draft = await scene.chief.form(path, {**fields(page), **make}, **EN)
        assert "profiles/own/meter.yaml" in plain(draft)
        text = html.unescape(re.search(r'name="draft" value="([^"]*)"', draft.text)[1])  # type: ignore[index]
        assert "voltage: {type: float, register: 1, table: input, words: f32, unit: V" in text
        await added_with(scene, text)

    told(tmp_path, story)


async def added_with(scene: Scene, text: str) -> None:
    """The profile goes along to the end, and comes back with the device to be corrected."""
    wish = Wish(
        link="lifts-b1", address='{"unit":9}', profile="own/meter", id="m-1", zh="表", en="M"
    )
    named = await scene.chief.form(wish.path("name"), {"draft": text}, **EN)
    assert "Meter · lifts-b1 · unit 9" in plain(named)
    form = {**wish.model_dump(exclude={"came"}), "draft": text}
    review = await scene.chief.form("/add/review", form, **EN)
    assert "New file" in plain(review)
    assert "New: device m-1" in plain(review)
    change = html.unescape(re.search(r'name="change" value="([^"]*)"', review.text)[1])  # type: ignore[index]
    assert [each["name"] for each in json.loads(change)["edits"]] == [
        "profiles/own/meter.yaml",
        "devices",
    ]
    again = await scene.chief.form(wish.path("name"), {"change": change}, **EN)
    assert "driver: modbus" in again.text


def test_what_is_missing_for_a_profile_is_said(tmp_path: Path) -> None:
    """One thing at a time, in words; what was recognised is still there."""

    async def story(scene: Scene) -> None:
        line(scene, {9: SlaveUnit(tables={"holding": {0: 1}})})
        path = Wish(link="lifts-b1", address='{"unit":9}').path("points")
        page = await scene.chief.form(path, {"do": "make"}, **EN)
        assert page.status == 422
        assert "recognise at least one value first" in plain(page)
        named = await scene.chief.form(path, {"do": "add", "at": "0"}, **EN)
        assert "give it a name" in plain(named)
        kept = {
            "points": '[{"name":"a","text":{"zh":"甲","en":"A"},"register":0}]',
            "device_en": "M",
        }
        page = await scene.chief.form(path, {**kept, "do": "make", "own": "own/m"}, **EN)
        assert "choose what kind of device it is" in plain(page)
        assert "A a" in plain(page)
        bad = await scene.chief.form(
            path, {**kept, "do": "make", "kind": "electric", "own": "../x"}, **EN
        )
        assert "name a profile with a-z" in plain(bad)
        lift_ = await scene.chief.form(path, {**kept, "do": "drop", "drop": "0"} | {"do": ""}, **EN)
        assert "A a" not in plain(lift_)

    told(tmp_path, story)


def test_nonsense_in_the_form_is_nothing() -> None:
    """What a browser carries is looked at as if somebody had made it up."""
    assert unpack("{") == {}
    assert unpack('{"1": 70000, "x": 2}') == {1: 4464}
    assert unpack_points('[{"name": 1}]') == ()
    typed = Typed(en="A", choice="u99/up/down", at=1)
    assert isinstance(recognised(typed, ()), Text)
    assert isinstance(recognised(Typed(en="A", scale="x"), ()), Text)


def test_orders_are_written_as_manuals_write_them() -> None:
    """AB for one register, ABCD and CDAB for two."""
    letters = {order_letters(each) for each in interpretations([0x1234, 0x5678])}
    assert {"AB", "BA", "ABCD", "CDAB", "BADC", "DCBA"} <= letters


def test_whoever_watches_does_not_keep_the_gateway_from_ending(tmp_path: Path) -> None:
    """In the middle of a question that nobody answers the stream comes to a clean end."""

    async def story(scene: Scene) -> None:
        slow = lift()
        slow.faults.silent = True
        line(scene, {9: slow})
        path = LIFT.path("read").replace("/add/read?", "/add/read/live?")
        answer = asyncio.create_task(
            scene.chief.ask("GET", path, headers=EN, to_the_end=True), name="watching"
        )
        await asyncio.sleep(0.01)
        assert not answer.done()
        ended(scene.house.app)
        assert (await answer).status == 200
        assert not scene.house.app.state.streams

    told(tmp_path, story)
