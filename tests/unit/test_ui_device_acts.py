"""What is done at a device from its page: told something once, worked on with a reason."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from tests.fakes.page_story import EN, HTMX, Scene, plain, told, value_of


def test_a_command_is_told_once_and_its_end_is_shown(tmp_path: Path) -> None:
    """Noted with its reason before; a form that is sent twice opens the gate once."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser("technician")
        page = await browser.get("/devices/gate-4/actions", **EN)
        order = {"action": "open", "id": value_of(page, "id"), "reason": "parcel"}
        waiting = asyncio.create_task(
            browser.form("/devices/gate-4/commands", order, hx_target="acts", **HTMX), name="order"
        )
        await asyncio.sleep(0.1)
        await scene.house.read("gate-4/door_open", value=True)
        answer = await waiting
        assert answer.status == 200
        assert "Done" in plain(answer)
        assert "It was seen to have happened" in plain(answer)
        assert value_of(answer, "id") != order["id"]
        again = await browser.form("/devices/gate-4/commands", order, **EN)
        assert "Done" in plain(again)
        [command] = scene.house.way.told
        assert (command.issued_by, command.issuer) == ("technician0", "technician")
        assert await scene.noted("command.asked") == [("technician0", "gate-4")] * 2

    told(tmp_path, story)


def test_what_was_only_confirmed_is_no_success(tmp_path: Path) -> None:
    """A gate that says so and does not open sends somebody to look."""

    async def story(scene: Scene) -> None:
        page = await scene.chief.get("/devices/gate-4/actions", **EN)
        order = {"action": "open", "id": value_of(page, "id")}
        answer = await scene.chief.form("/devices/gate-4/commands", order, **EN)
        assert 'class="note fault"' in answer.text
        assert "not seen to happen: go and look" in plain(answer)

    told(tmp_path, story)


def test_during_a_fire_a_gate_cannot_be_locked_from_here(tmp_path: Path) -> None:
    """The page says why, offers no button, and the way down refuses it all the same."""

    async def story(scene: Scene) -> None:
        page = await scene.chief.get("/devices/gate-4/actions", **EN)
        assert "Refused now" in plain(page)
        assert "while a fire alarm is on a gate may only be opened, released or read" in plain(page)
        assert 'data-opens="act-lock"' not in page.text
        assert 'data-opens="act-open"' in page.text

    told(tmp_path, story)


def test_arguments_are_asked_for_and_checked(tmp_path: Path) -> None:
    """A component is named by four numbers; the wrong one is named in the answer."""

    async def story(scene: Scene) -> None:
        page = await scene.chief.get("/devices/fire-3/actions", **EN)
        assert 'id="act-read_component-zone"' in page.text
        order = {"action": "read_component", "id": value_of(page, "id"), "system_type": "1"}
        order |= {"system_address": "1", "zone": "70000", "point": "5"}
        wrong = await scene.chief.form("/devices/fire-3/commands", order, **EN)
        assert wrong.status == 422
        assert "Zone: type a whole number, 0–65535" in plain(wrong)
        right = await scene.chief.form("/devices/fire-3/commands", order | {"zone": "1"}, **EN)
        assert right.status == 200
        [command] = scene.house.way.told
        assert command.args == {"system_type": 1, "system_address": 1, "zone": 1, "point": 5}
        none = {"action": "nothing", "id": value_of(page, "id")}
        assert (await scene.chief.form("/devices/fire-3/commands", none, **EN)).status == 404

    told(tmp_path, story)


def test_maintenance_begins_with_a_reason_and_ends_by_hand(tmp_path: Path) -> None:
    """It stands above every page of the device; ended twice is refused with words."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser("technician")
        begun = await browser.form(
            "/devices/lift-1/maintenance", {"minutes": "60", "reason": "new board", "why": "test"}
        )
        assert (begun.status, begun.headers["location"]) == (303, "/devices/lift-1/actions")
        windows = scene.house.pipeline.alarms.suppressions.windows
        window = windows["maintenance-lift-1"]
        assert (window.why, window.by, window.reason) == ("test", "technician0", "new board")
        assert "new board" in plain(await browser.get("/devices/lift-1/actions", **EN))
        assert "lets its alarms call nobody" in plain(await browser.get("/devices/lift-1", **EN))
        found = (await browser.get("/devices?state=quiet", **EN)).text
        assert re.findall(r'class="device-link" href="/devices/([\w-]+)"', found) == ["lift-1"]
        await browser.form("/devices/lift-1/maintenance/end", {})
        assert not windows
        again = await browser.form("/devices/lift-1/maintenance/end", {}, **EN)
        assert again.status == 409
        assert await scene.noted("suppression") == [("technician0", "lift-1")] * 2

    told(tmp_path, story)


def test_who_may_only_look_tells_a_device_nothing(tmp_path: Path) -> None:
    """The server refuses what the page does not offer."""

    async def story(scene: Scene) -> None:
        viewer = await scene.browser("viewer")
        order = {"action": "open", "id": "page-00000000-0000-0000-0000-000000000000"}
        window = {"minutes": "30", "reason": "x"}
        for path, fields in (
            ("commands", order),
            ("maintenance", window),
            ("maintenance/end", {"x": ""}),
        ):
            answer = await viewer.form(f"/devices/gate-1/{path}", fields, **EN)
            assert answer.status == 403, path
        assert not scene.house.way.told

    told(tmp_path, story)
