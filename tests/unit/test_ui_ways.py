"""Two ways to a platform on the page: which is up, which is in use, what the head says of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from edge.api.running import Running, WayStanding
from edge.broker import BrokerTls
from edge.config.uplink_section import HttpsSection
from tests.fakes.troubled_house import EN, ZH, Scene, plain, told

MQTT = WayStanding(over="mqtt", up=True, reason="connected", used=True)
HTTPS = WayStanding(over="https", up=False, reason="its certificate is not trusted", used=False)


def stands(scene: Scene, *ways: WayStanding) -> None:
    """The platform is reached these ways."""
    running = cast("Running", scene.house.current)
    [uplink] = scene.house.standing.uplinks
    uplink = replace(uplink, up=any(way.up for way in ways), ways=ways)
    scene.house.standing = replace(scene.house.standing, uplinks=(uplink,))
    names = {"mqtt": uplink.id, "https": f"{uplink.id}.https"}
    found = {names[way.over]: (way.up, way.reason) for way in ways}
    scene.house.current = replace(running, uplinks=lambda: found)


@pytest.mark.parametrize(
    ("ways", "there", "absent"),
    [
        ((MQTT,), ("The platform is reached",), ("HTTPS", "in use")),
        (
            (MQTT, HTTPS),
            (
                "A way to the platform is missed; another serves",
                "MQTT reached in use",
                "HTTPS not reached its certificate is not trusted",
            ),
            ("The platform is not reached",),
        ),
        (
            (replace(MQTT, up=False, reason="no PUBACK", used=False), HTTPS),
            ("The platform is not reached", "MQTT not reached no PUBACK"),
            ("in use", "another serves"),
        ),
    ],
)
def test_the_first_page_tells_the_ways(
    tmp_path: Path, ways: tuple[WayStanding, ...], there: tuple[str, ...], absent: tuple[str, ...]
) -> None:
    """Each with its state; one that is missed is seen though the platform is reached."""

    async def story(scene: Scene) -> None:
        stands(scene, *ways)
        browser = await scene.browser()
        words = plain(await browser.get("/", **EN))
        assert [word for word in there if word not in words] == []
        assert [word for word in absent if word in words] == []
        if len(ways) > 1 and ways[0].up:
            assert "正在使用" in plain(await browser.get("/", **ZH))

    told(tmp_path, story)


def test_the_authority_of_the_second_way_is_a_certificate_of_the_site(tmp_path: Path) -> None:
    """So that somebody sees it before it ends."""

    async def story(scene: Scene) -> None:
        running = cast("Running", scene.house.current)
        tls = BrokerTls(ca_file=str(tmp_path / "none.pem"))
        https = HttpsSection(url="https://platform.example/", tls=tls)
        [uplink] = running.configuration.uplinks
        uplinks = (uplink.model_copy(update={"https": https}),)
        configuration = replace(running.configuration, uplinks=uplinks)
        scene.house.current = replace(running, configuration=configuration)
        page = plain(await (await scene.browser()).get("/certificates", **EN))
        assert "Authority that platform trusts Cannot be read" in page

    told(tmp_path, story)
