"""The pages of events, commands, certificates, diagnostics and the log."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from edge.access.roles import Role
from edge.api.running import Running, Standing
from edge.broker import BrokerTls
from edge.certificate import ensure_certificate
from edge.config.page_section import PageTls
from edge.errors import Problem
from edge.model import CommandResult, Delivery, Text
from tests.fakes.page_story import EN, HTMX, ZH, Scene, plain, told

PATHS = ("/events", "/commands", "/diagnostics", "/log", "/log/lines")


def of(scene: Scene) -> Running:
    """What runs."""
    assert scene.house.current is not None
    return scene.house.current


@pytest.mark.parametrize("role", ["viewer", "technician", "admin", "auditor"])
def test_who_may_see_which_page(role: Role, tmp_path: Path) -> None:
    """In both languages; what belongs to the gateway is for those who may configure it."""

    async def story(scene: Scene) -> None:
        browser = await scene.browser(role)
        for path in PATHS:
            everybody = path in {"/events", "/commands"}
            expected = 200 if everybody or role in {"technician", "admin"} else 403
            for language in (ZH, EN):
                page = await browser.get(path, **language)
                assert page.status == expected, path
                assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", page.text), path

    told(tmp_path, story)


def test_events_are_listed_with_how_far_they_have_come(tmp_path: Path) -> None:
    """Four steps each; by kind, by device, by what waits for a receipt."""

    async def story(scene: Scene) -> None:
        disk = scene.house.disk
        fire = next(kept.number for kept in disk.kept if kept.event.kind == "alarm.raised")
        disk.deliveries[fire] = (Delivery(uplink="platform", state="broker"),)
        page = await scene.chief.get("/events?kind=alarm.*", **EN)
        assert "Alarm raised" in plain(page)
        assert "Link changed" not in plain(page)
        row = page.text[page.text.index(f'id="event-{fire}"') :]
        assert re.findall(r'<li( class="done")?>', row)[:4] == [' class="done"'] * 3 + [""]
        assert f'href="/alarms/{fire}"' in row
        waiting = await scene.chief.get("/events?state=waiting", **EN)
        assert re.findall(r'id="event-(\d+)"', waiting.text) == [str(fire)]
        none = await scene.chief.get("/events?subject=lift-6", **EN)
        assert "No event" in plain(none)
        lane = await scene.chief.get("/events?lane=life_safety", hx_target="rows", **HTMX)
        assert "<html" not in lane.text
        assert f"event-{fire}" in lane.text

    told(tmp_path, story)


def test_one_event_tells_every_step_and_the_document(tmp_path: Path) -> None:
    """With the reason when the platform would not take it; of another building there is none."""

    async def story(scene: Scene) -> None:
        disk = scene.house.disk
        fire = next(kept.number for kept in disk.kept if kept.event.kind == "alarm.raised")
        refused = Delivery(uplink="platform", state="refused", reason="unknown type")
        disk.deliveries[fire] = (refused,)
        page = await scene.chief.get(f"/events/{fire}", **EN)
        words = plain(page)
        assert "The platform would not take it" in words
        assert "unknown type" in words
        assert '"type": "community.alarm.raised.v1"' in words
        assert (await scene.chief.get("/events/999999", **EN)).status == 404
        other = await scene.browser("viewer", "b1")
        assert (await other.get(f"/events/{fire}", **EN)).status == 404
        assert f"event-{fire}" not in (await other.get("/events", **EN)).text

    told(tmp_path, story)


def test_commands_are_listed_with_what_came_of_them(tmp_path: Path) -> None:
    """Who asked, what the reason means, whether it was seen; and the keys of the platform."""

    async def story(scene: Scene) -> None:
        result = CommandResult(
            command="c1",
            device="gate-1",
            action="open",
            outcome="rejected",
            detail="remote.off: off",
            issued_by="platform",
            at=scene.house.clock(),
        )
        await scene.house.house.tell(result)
        words = plain(await scene.chief.get("/commands", **EN))
        assert "Refused remote commands are switched off at the site cannot be seen" in words
        assert "may: open, release on: gate" in words
        none = await scene.chief.get("/commands?device=gate-3", **EN)
        assert "No command yet" in plain(none)

    told(tmp_path, story)


def test_the_switch_for_commands_from_afar_is_turned_by_who_configures(tmp_path: Path) -> None:
    """Noted; a viewer is not offered it and is refused it."""

    async def story(scene: Scene) -> None:
        technician, viewer = await scene.browser("technician"), await scene.browser("viewer")
        off = await technician.form("/commands/remote", {"position": "off"})
        assert (off.status, of(scene).remote()) == (303, "off")
        assert "Switched off here" in plain(await viewer.get("/commands", **EN))
        assert "/commands/remote" not in (await viewer.get("/commands", **EN)).text
        assert (await viewer.form("/commands/remote", {"position": "on"}, **EN)).status == 403
        assert of(scene).remote() == "off"
        await technician.form("/commands/remote", {"position": "on"})
        assert await scene.noted("remote.switched") == [
            ("technician0", "off"),
            ("technician0", "on"),
        ]

    told(tmp_path, story)


def test_certificates_say_until_when_and_what_is_wrong(tmp_path: Path) -> None:
    """The page's own, those of brokers; one that cannot be read, one that ends, one that ended."""

    async def story(scene: Scene) -> None:
        store = of(scene).configuration.store
        made = await asyncio.to_thread(
            ensure_certificate, store, ["gateway.local"], scene.house.clock
        )
        page = plain(await scene.chief.get("/certificates", **EN))
        assert made.fingerprint in page
        assert "Valid" in page
        assert "gateway.local" in page
        assert "this gateway; browsers warn of it once" in page
        configuration = of(scene).configuration
        tls = BrokerTls(ca_file=str(tmp_path / "none.pem"), cert_file=str(made.cert_file))
        uplink = configuration.uplinks[0]
        broker = uplink.broker.model_copy(update={"tls": tls})
        uplinks = (uplink.model_copy(update={"broker": broker}),)
        running = replace(of(scene), configuration=replace(configuration, uplinks=uplinks))
        scene.house.current = running
        page = plain(await scene.chief.get("/certificates", **EN))
        assert "Authority that platform trusts Cannot be read" in page
        assert "What platform shows of itself Valid" in page
        scene.house.clock.turned = made.not_after - scene.house.clock() - timedelta(days=20)
        scene.chief.session = await scene.house.enrol()
        assert "Ends soon" in plain(await scene.chief.get("/certificates", **EN))

    told(tmp_path, story)


def test_a_certificate_that_does_not_fit_its_key_is_told_with_a_remedy(tmp_path: Path) -> None:
    """Before a browser finds out."""

    async def story(scene: Scene) -> None:
        one = await asyncio.to_thread(ensure_certificate, tmp_path / "a", ["a"], scene.house.clock)
        other = await asyncio.to_thread(
            ensure_certificate, tmp_path / "b", ["b"], scene.house.clock
        )
        running = of(scene)
        tls = PageTls(cert_file=str(one.cert_file), key_file=str(other.key_file))
        page = running.configuration.page.model_copy(update={"tls": tls})
        configuration = replace(running.configuration, page=page)
        scene.house.current = replace(running, configuration=configuration)
        words = plain(await scene.chief.get("/certificates", **EN))
        assert "Cannot be used" in words
        assert "this key does not fit" in words

    told(tmp_path, story)


def test_diagnostics_show_health_links_and_the_last_errors(tmp_path: Path) -> None:
    """Bundle and backup are offered to whoever may take them."""

    async def story(scene: Scene) -> None:
        scene.house.standing = replace(scene.house.standing, clock="untrusted", refused=2)
        tail = scene.house.house.log
        tail(None, "", {"event": "link.fault", "level": "error", "link": "bus"})
        page = await scene.chief.get("/diagnostics", **EN)
        words = plain(page)
        assert "Not synchronised with a time server" in words
        assert "Events refused by the platform" in words
        assert "connection refused by 10.0.0.5:502" in words
        assert "link.fault" in words
        assert 'href="/api/v1/diagnostics"' in page.text
        technician = await scene.browser("technician")
        assert "/api/v1/backup" not in (await technician.get("/diagnostics", **EN)).text
        piece = await technician.get("/diagnostics", hx_target="health", **HTMX)
        assert "<html" not in piece.text

    told(tmp_path, story)


def test_diagnostics_and_log_are_there_while_no_site_runs(tmp_path: Path) -> None:
    """That is when they are needed; so are the accounts."""

    async def story(scene: Scene) -> None:
        what = Text("缩进不对", "the indentation is wrong")
        wrong = Problem(file="site.yaml", line=7, what=what, remedy=Text("改正", "correct it"))
        scene.house.current, scene.house.problems = None, (wrong,)
        words = plain(await scene.chief.get("/diagnostics", **EN))
        assert "the indentation is wrong" in words
        assert "site.yaml:7" in words
        for path in ("/log", "/log/lines", "/users", "/users/tokens", "/audit", "/me"):
            assert (await scene.chief.get(path, **EN)).status == 200, path
        for path in ("/devices", "/events", "/commands", "/certificates"):
            assert (await scene.chief.get(path, **EN)).status == 503, path

    told(tmp_path, story)


def test_a_disk_that_does_not_answer_keeps_no_page_waiting(tmp_path: Path) -> None:
    """It is said in words."""

    async def story(scene: Scene) -> None:
        async def never() -> Standing:
            await asyncio.sleep(3600)
            raise AssertionError

        scene.house.current = replace(of(scene), standing=never)
        words = plain(await scene.chief.get("/diagnostics", **EN))
        assert "The disk does not answer in time" in words

    told(tmp_path, story)


def test_the_log_goes_on_where_it_was_left(tmp_path: Path) -> None:
    """Lines after a number, by level and words; nothing in a line is taken for markup."""

    async def story(scene: Scene) -> None:
        tail = scene.house.house.log
        for event, level in (("a.began", "info"), ("<b>x</b>", "warning"), ("c.ended", "info")):
            tail(None, "", {"event": event, "level": level})
        page = await scene.chief.get("/log?level=warning", **EN)
        assert "&lt;b&gt;x&lt;/b&gt;" in page.text
        assert "a.began" not in page.text
        last = re.search(r'data-last="(\d+)"', page.text)
        assert last is not None
        tail(None, "", {"event": "d.new", "level": "info"})
        more = await scene.chief.get(f"/log/lines?after={last[1]}", **EN)
        assert re.findall(r"mono break\">([\w.]+)<", more.text) == ["d.new"]
        assert int(more.headers["x-last-line"]) == int(last[1]) + 1

    told(tmp_path, story)
