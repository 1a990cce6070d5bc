"""What is wrong with what links hang on, and what is said of it in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge.config import load
from edge.errors import ConfigError
from edge.files.problems import screen
from edge.profiles import Profiles

SITE = """\
site: {id: court, name: {zh: 苑, en: Court}, language: en}
gateway: {id: gw-1}
links:
  - {id: bus-1, driver: modbus, transport: {type: tcp, host: 192.0.2.10}}
  - {id: bus-2, driver: modbus, transport: {type: tcp, host: 192.0.2.11}}
devices: []
"""
OTHERS = "name the others too, or leave it out: a link has an alarm of its own"
SOUND = "watch:\n  offline:\n    behind: {switch-1: [bus-1, bus-2]}\n"


@pytest.fixture(scope="module")
def shipped() -> Profiles:
    """The shipped profiles, read once for all cases."""
    return Profiles()


def test_what_is_written_reaches_the_rule(tmp_path: Path, shipped: Profiles) -> None:
    """Both links, behind the one thing; and every link of the file is known to the site."""
    path = tmp_path / "site.yaml"
    path.write_text(SITE + SOUND, encoding="utf-8")
    read = load(path, profiles=shipped)
    assert read.watch["offline"].model_dump()["behind"] == {"switch-1": ("bus-1", "bus-2")}
    assert read.site.links == ("bus-1", "bus-2")


@pytest.mark.parametrize(
    ("behind", "en", "zh"),
    [
        (
            "{switch-1: [bus-1, bus-3]}",
            "there is no link bus-3 → did you mean bus-2?",
            "没有链路 bus-3 → 是不是 bus-2？",
        ),
        (
            "{switch-1: [bus-1]}",
            f"there is only one link behind it → {OTHERS}",
            "其后只有一条链路 → 写上其余链路，或删去：链路自有报警",
        ),
        (
            "{bus-1: [bus-1, bus-2]}",
            "bus-1 is an id already → give it a name of its own",
            "bus-1 已是别的名字 → 给它另起一个名字",
        ),
        (
            "{switch-1: [bus-1, bus-2], switch-2: [bus-2, bus-1]}",
            "bus-2 is behind switch-1 too → name each link once",
            "bus-2 已在 switch-1 之后 → 一条链路只写一次",
        ),
    ],
)
def test_message(behind: str, en: str, zh: str, tmp_path: Path, shipped: Profiles) -> None:
    """What is wrong and what to do, where it stands."""
    path = tmp_path / "site.yaml"
    path.write_text(SITE + SOUND.replace("{switch-1: [bus-1, bus-2]}", behind), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load(path, language="en", profiles=shipped)
    first = caught.value.problems[:1]
    assert str(caught.value).splitlines()[0].partition("  ")[2].partition(": ")[2] == en
    assert screen(first, "zh").partition("  ")[2].partition(": ")[2] == zh
    assert first[0].where.startswith("watch.offline.behind.")
