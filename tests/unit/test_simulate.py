"""`whistle simulate`: stories of a site's own, and what cannot be simulated."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.__main__ import main
from edge.errors import ConfigError
from simulators.community import simulators_of
from simulators.demo.scenario import load_scenario

SITE = """\
site: {id: own, name: {zh: 自己的, en: Own}, language: en}
gateway: {id: gw-1}
links:
  - {id: lift-line, driver: modbus, transport: {type: tcp, host: 127.0.0.1, port: 15021}}
devices:
  - {id: lift-1, link: lift-line, profile: lifts/ba_box, name: {zh: 电梯, en: Lift}}
"""
STORY = """\
name: {zh: 困人, en: An entrapment}
timeline:
  - {at: 2s, device: lift-1, do: trap, with: {floor: 7}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site with a story beside it."""
    (tmp_path / "site.yaml").write_text(SITE, encoding="utf-8")
    (tmp_path / "story.yaml").write_text(STORY, encoding="utf-8")
    return tmp_path


def test_a_story_of_ones_own(folder: Path) -> None:
    """A path that ends with .yaml is a scenario, as well as a shipped one's name."""
    (step,) = load_scenario(str(folder / "story.yaml"), seed=1).steps
    assert (step.second, step.device, step.do, step.args) == (2, "lift-1", "trap", {"floor": 7})


def test_a_story_may_extend_a_shipped_one(folder: Path) -> None:
    """By its name; `evening` is that of the demonstration."""
    story = folder / "story.yaml"
    story.write_text("extends: evening\n" + STORY, encoding="utf-8")
    assert len(load_scenario(str(story), seed=1).steps) > 1


@pytest.mark.parametrize(
    ("story", "said"),
    [
        ("name: [", "story.yaml"),
        (STORY.replace("do:", "does:"), "timeline.0.do"),
        (STORY.replace("2s", "soon"), "timeline.0.at"),
        ("", "story.yaml"),
    ],
)
def test_a_broken_story_is_told_as_one_line(folder: Path, story: str, said: str) -> None:
    """A person's mistake, with the file and the place in it; the last one is an empty file."""
    (folder / "story.yaml").write_text(story, encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        load_scenario(str(folder / "story.yaml"), seed=1)


@pytest.mark.parametrize(
    ("name", "said"),
    [("evening", "gate-1"), ("none.yaml", "none.yaml"), ("unheard", "evening_cloud_cut")],
)
def test_a_story_that_does_not_fit_is_told_before_anything_starts(
    folder: Path, name: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Devices that the site does not have, a file or a name that is not there: exit status 2."""
    assert main(["simulate", str(folder / "site.yaml"), "--scenario", name]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_a_box_that_dials_in_is_simulated(folder: Path) -> None:
    """It calls the port of the site file."""
    site = folder / "site.yaml"
    dial_in = "type: dial_in, listen: 15022, registration: abc}"
    site.write_text(
        SITE.replace("type: tcp, host: 127.0.0.1, port: 15021}", dial_in), encoding="utf-8"
    )
    assert set(simulators_of(site)) == {"lift-1"}


def test_a_serial_port_cannot_be_simulated(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """That is said with what to write instead."""
    site = folder / "site.yaml"
    rtu = "type: rtu, port: /dev/ttyS1}"
    site.write_text(SITE.replace("type: tcp, host: 127.0.0.1, port: 15021}", rtu), encoding="utf-8")
    assert main(["simulate", str(site)]) == 2
    assert "rtu_over_tcp" in capsys.readouterr().err


def test_an_address_of_another_machine(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Devices of a real site stand elsewhere; here they cannot be listened for."""

    async def live(*_: object) -> None:
        taken = OSError(99, "cannot assign requested address")
        raise ExceptionGroup("tasks", [ExceptionGroup("a simulator's", [taken])])

    monkeypatch.setattr("simulators.simulate._live", live)
    assert main(["simulate", str(folder / "site.yaml")]) == 2
    told = capsys.readouterr().err
    assert "cannot assign requested address" in told
    assert "127.0.0.1" in told
