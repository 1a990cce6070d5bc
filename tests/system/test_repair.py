"""A site file that is wrong: the last one that served runs, or the page alone; never a dead box."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final

import pytest

from edge.cli.local import ask
from edge.errors import ConfigError
from simulators.ports import free_port
from tests.fakes.fire_site import FIRE_SITE
from tests.fakes.process import GatewayUnderTest, gateway

pytestmark = pytest.mark.timeout(120)

PATIENCE_S: Final = 40.0


def told(life: GatewayUnderTest, method: str, path: str, body: Any = None) -> Any:
    """What it answers on its socket."""
    return ask(life.journal.parent, method, path, lambda _, en: en, body)


def until(holds: Callable[[], object]) -> Any:
    """What it returns as soon as it holds; the gateway may still be starting."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with suppress(ConfigError, HTTPException, OSError, ValueError):
            if found := holds():
                return found
        os.sched_yield()
    raise AssertionError("it never came true")


def effective(life: GatewayUnderTest) -> Any:
    """The configuration as the gateway tells it."""
    return until(lambda: told(life, "GET", "/configuration"))


def mended(life: GatewayUnderTest, text: str) -> None:
    """Apply this site file, as the page does."""
    base = effective(life)["etag"]
    change = {"files": {"site.yaml": text}, "by": "王工"}
    headers = {"if-match": f'"{base}"'}
    ask(life.journal.parent, "PUT", "/configuration", lambda _, en: en, change, headers=headers)


def test_a_first_file_that_is_wrong_is_mended_on_the_page(tmp_path: Path) -> None:
    """Nothing runs, but what is wrong is said at its line; once mended the gateway begins."""
    port = free_port()
    good = FIRE_SITE.format(port=port)
    with gateway(tmp_path, good.replace("profile: panels/", "profile: panel/")) as life:
        found = effective(life)
        assert found["running"] is False
        assert [(wrong["file"], wrong["line"]) for wrong in found["problems"]] == [("site.yaml", 9)]
        with pytest.raises(ConfigError, match="nothing runs"):
            told(life, "GET", "/alarms")
        mended(life, good)
        until(lambda: told(life, "GET", "/configuration/trial")["state"] == "applied")
        life.connect(port).close()
        assert effective(life)["problems"] == []
        assert (tmp_path / "site.yaml").read_text(encoding="utf-8") == good


def test_what_served_last_runs_in_the_place_of_a_broken_file(tmp_path: Path) -> None:
    """The port of the fire panel is open, whatever somebody has typed; the file stays as it is."""
    port = free_port()
    good = FIRE_SITE.format(port=port)
    with gateway(tmp_path, good) as life:
        life.connect(port).close()
        until(lambda: told(life, "GET", "/configuration")["running"])
        assert life.stop() == 0
        life.site_file.write_text(good + "oops: 1\n", encoding="utf-8")
        life.start()
        life.connect(port).close()
        found = effective(life)
        assert found["running"] is True
        assert [(wrong["file"], wrong["line"]) for wrong in found["problems"]] == [
            ("site.yaml", 12)
        ]
        assert life.site_file.read_text(encoding="utf-8").endswith("oops: 1\n")


def test_a_gateway_that_dies_on_trial_begins_with_the_old_file(tmp_path: Path) -> None:
    """Killed before the change was steady: byte for byte nothing has changed."""
    good = FIRE_SITE.format(port=free_port())
    with gateway(tmp_path, good) as life:
        until(lambda: told(life, "GET", "/configuration")["running"])
        mended(life, good.replace("name: {zh: 消防", "name: {zh: 消防主机"))
        until(lambda: "消防主机" in life.site_file.read_text(encoding="utf-8"))
        life.kill()
        life.start()
        effective(life)
        assert life.site_file.read_text(encoding="utf-8") == good
        [newest, *_] = told(life, "GET", "/configuration/versions")["items"]
        assert newest["state"] == "rolled_back"
