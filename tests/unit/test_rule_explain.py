"""`whistle rules explain`: why an alarm is on or not, from the gateway or from its journal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from cloud_bridge.change import Change, EventRow
from cloud_bridge.journal_file import JournalFile
from edge.__main__ import main
from edge.cli import explain as command
from edge.config import load
from edge.errors import ConfigError
from edge.model import Access, AlarmRaised, Cause, Lane, Reading, Text
from edge.model import Alarm as Occurrence
from edge.pipeline import RULE_STATE
from edge.rules.account import account_of
from edge.rules.explain import Explained
from edge.trial.stage import Stage

SITE = """
site: {id: court, name: {zh: 苑, en: Court}, language: en}
gateway: {id: gw-1, store: var}
buildings: [{id: b1, name: {zh: 1号楼, en: Building 1}}]
links: [{id: sensors, driver: mqtt_json, broker: {host: 192.0.2.20}}]
devices:
  - id: hydrant-1
    link: sensors
    profile: sensors/hydrant_pressure
    name: {zh: 消火栓, en: Hydrant}
    address: {device_id: h}
    location: {building: b1}
schedules: {night: {from: '22:00', to: '06:00'}}
rules:
  - id: loses_pressure
    when:
      all:
        - {point: hydrant-1/pressure, below: 250 kPa}
        - not: {during: night}
    for: 1min
    raise:
      category: fire.water_loss
      severity: 300
      lane: fault
      text: {zh: 水压 {hydrant-1/pressure}, en: 'Pressure {hydrant-1/pressure}'}
""".replace("zh: 水压 {hydrant-1/pressure}", "zh: '水压 {hydrant-1/pressure}'")

NOON = datetime(2026, 6, 1, 12)  # noqa: DTZ001 - local time of the site
KEY = "hydrant-1/loses_pressure"


@pytest.fixture(autouse=True)
def _no_gateway(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers on the local socket."""

    def connect(*_: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr(command, "connect", connect)


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with one rule."""
    path = tmp_path / "site.yaml"
    path.write_text(SITE, encoding="utf-8")
    return path


def played(site: Path, value: float, after: timedelta) -> Stage:
    """The site's rules, some time after one reading."""
    stage = Stage(load(site), NOON)
    stage.give(Reading(point="hydrant-1/pressure", value=value, at=stage.now))
    stage.go_to(after)
    return stage


def keep(site: Path, stage: Stage) -> None:
    """Put what the stage would keep into a journal of the site."""
    store = site.parent / "var"
    store.mkdir(exist_ok=True)
    states: dict[str, bytes | None] = {
        f"{RULE_STATE}{key}": body for key, body in stage.engine.take_changed().items()
    }
    states |= stage.alarms.take_changed()
    row = EventRow(
        number=7,
        at=stage.now.isoformat(),
        kind="alarm.raised",
        lane=Lane.FAULT,
        subject=KEY,
        origin="",
        body=b"{}",
    )
    file = JournalFile(store / "journal.db")
    file.commit([Change(events=[row], states=states)])
    file.close()


def account(stage: Stage, key: str, latest: Mapping[str, Reading]) -> Explained:
    """Why an alarm of the stage is on, or not."""
    found = account_of(stage.engine, stage.alarms.active, key, stage.now, latest)
    assert found is not None
    return found


def test_a_tree_of_conditions_with_their_values(site: Path) -> None:
    """Each condition says what it wants, what it sees, and whether it holds."""
    stage = played(site, 200.0, timedelta(seconds=30))
    latest = {"hydrant-1/pressure": Reading(point="hydrant-1/pressure", value=200.0, at=stage.now)}
    whole = account(stage, KEY, latest)
    assert whole.truth is False
    assert whole.until == stage.now + timedelta(seconds=30)
    (group,) = whole.parts
    assert group.truth is True
    pressure, other = group.parts
    assert (pressure.truth, pressure.value, pressure.unit) == (True, 200.0, "kPa")
    assert [(part.truth, len(part.parts)) for part in (other, *other.parts)] == [
        (True, 1),
        (False, 0),
    ]


def test_an_alarm_that_is_on_speaks_its_own_words(site: Path) -> None:
    """What was raised is shown with its values filled in."""
    stage = played(site, 200.0, timedelta(minutes=2))
    whole = account(stage, KEY, {})
    assert whole.truth is True
    assert whole.words == Text("水压 200 kPa", "Pressure 200 kPa")


def test_an_alarm_that_no_rule_has_any_more(site: Path) -> None:
    """What is known of it is what was told when it was raised; another key is not explained."""
    stage = played(site, 300.0, timedelta(0))
    raised = AlarmRaised(
        alarm="hydrant-1/knocked",
        device="hydrant-1",
        rule="knocked",
        category="x.y",
        severity=1,
        lane=Lane.INFO,
        text=Text("撞", "Knocked"),
        cause=Cause(point="hydrant-1/tilt", value=30, unit="°"),
        at=stage.now,
    )
    active = {raised.alarm: Occurrence(key=raised.alarm, number=1, raised=raised, since=stage.now)}
    found = account_of(stage.engine, active, raised.alarm, stage.now, {})
    assert found == Explained(words=raised.text, truth=True, value=30, unit="°", since=stage.now)
    assert account_of(stage.engine, active, "hydrant-1/other", stage.now, {}) is None


def test_a_rule_in_code(tmp_path: Path) -> None:
    """It is found by the key of its alarm; one that is on says what was told, and why."""
    gate = SITE.replace("driver: mqtt_json", "driver: mqtt_gate").replace("hydrant-1", "gate-1")
    gate = gate.replace("sensors/hydrant_pressure", "gates/mqtt_face").partition("schedules:")[0]
    path = tmp_path / "site.yaml"
    path.write_text(gate, encoding="utf-8")
    stage = Stage(load(path), NOON)
    assert account(stage, "gate-1/tailgating", {}).truth is False
    before = account(stage, "gate-1/repeated_denials", {})
    assert (before.truth, before.parts[0].value) == (False, 0)
    for _ in range(5):
        stage.give(Access(device="gate-1", decision="denied", at=stage.now))
    found = account(stage, "gate-1/repeated_denials", {})
    assert (found.truth, found.value, found.since) == (True, 5, stage.now)
    assert found.words.en == "Refused at the gate again and again"
    crowd, again = found.parts
    assert (crowd.truth, crowd.value) == (True, 5)
    assert found.until == again.until == stage.now + timedelta(minutes=5)


def test_a_latched_alarm_is_on_though_its_condition_is_not(site: Path) -> None:
    """Whether the alarm is on, and whether its conditions hold, are told apart."""
    stage = played(site, 200.0, timedelta(minutes=2))
    alarm = stage.alarms.active[KEY]
    stage.give(Reading(point="hydrant-1/pressure", value=300.0, at=stage.now))
    assert account(stage, KEY, {}).truth is False
    latched = {KEY: replace(alarm, latched=True)}
    found = account_of(stage.engine, latched, KEY, stage.now, {})
    assert found is not None
    assert (found.truth, found.parts[0].truth) == (True, False)


TREE = Explained(
    words=Text("水压低", "Low pressure"),
    truth=False,
    since=datetime(2026, 6, 1, 4, tzinfo=UTC),
    parts=(Explained(words=Text("甲", "a"), truth=True, value=1.25, unit="kPa"),),
)


def test_from_the_journal(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a gateway the last kept state speaks, and says of when it is."""
    keep(site, played(site, 200.0, timedelta(minutes=2)))
    assert main(["rules", "explain", str(site), KEY]) == 0
    first, second, *rest = capsys.readouterr().out.splitlines()
    assert first == "No gateway runs: as of the last kept state, 2026-06-01 12:02:00."
    assert second.startswith("Pressure 200 kPa: is active")
    assert len(rest) == 4
    assert main(["--lang", "zh", "rules", "explain", str(site), KEY]) == 0
    assert capsys.readouterr().out.startswith(
        "网关没有运行：以 2026-06-01 12:02:00 最后保存的状态为准。\n水压 200 kPa: 有效"
    )


def test_the_journal_is_left_as_it_is(site: Path) -> None:
    """To look is not to give up deliveries, as a gateway with other uplinks would."""
    store = site.parent / "var"
    store.mkdir()
    file = JournalFile(store / "journal.db", uplinks=["platform"])
    file.standing()
    row = EventRow(
        number=9,
        at="2026-06-01T04:00:00Z",
        kind="k",
        lane=Lane.INFO,
        subject="s",
        origin="",
        body=b"{}",
    )
    file.commit([Change(events=[row])])
    file.close()
    assert main(["rules", "explain", str(site), KEY]) == 0
    file = JournalFile(store / "journal.db", uplinks=["platform"])
    assert sum(file.standing().depths.values()) == 1
    file.close()


def test_as_json(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same tree for programs: who says so, as of when, and the conditions."""
    keep(site, played(site, 200.0, timedelta(minutes=2)))
    assert main(["rules", "explain", str(site), KEY, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["alarm"], told["source"]) == (KEY, "journal")
    assert told["at"] == "2026-06-01T04:02:00Z"
    why = msgspec.convert(told["why"], Explained)
    assert why.truth is True
    assert len(why.parts[0].parts) == 2


def test_before_anything_ran(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a journal the rules are shown as they begin; nothing is made."""
    assert main(["rules", "explain", str(site), "hydrant-1/pressure_low"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("No gateway runs and there is no journal")
    assert "Hydrant pressure is low: is not active" in said
    assert not (site.parent / "var").exists()


def test_from_the_gateway(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway that runs is asked over its socket; its word goes before the journal's."""
    asked: list[tuple[Path, str, str]] = []

    class Open:
        def close(self) -> None:
            """Nothing to close."""

    def ask(store: Path, method: str, path: str, _: object) -> object:
        asked.append((store, method, path))
        return msgspec.to_builtins(TREE)

    monkeypatch.setattr(command, "connect", lambda *_: Open())
    monkeypatch.setattr(command, "ask", ask)
    assert main(["rules", "explain", str(site), "fire-1/1-1-10-2/fire"]) == 0
    assert asked == [(site.parent / "var", "GET", "/explain/fire-1/1-1-10-2/fire")]
    assert capsys.readouterr().out.startswith("Low pressure: is not active")


def test_what_the_gateway_refuses_is_told(
    site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its refusal is not covered up by what an older journal says."""

    class Open:
        def close(self) -> None:
            """Nothing to close."""

    def ask(*_: object) -> object:
        raise ConfigError("no rule watches this alarm")

    monkeypatch.setattr(command, "connect", lambda *_: Open())
    monkeypatch.setattr(command, "ask", ask)
    assert main(["rules", "explain", str(site), KEY]) == 2
    assert capsys.readouterr().err == "no rule watches this alarm\n"


def test_an_alarm_that_does_not_exist(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A slip of the pen is answered with the nearest name, exit status 2."""
    assert main(["rules", "explain", str(site), "hydrant-1/presure_low"]) == 2
    said = capsys.readouterr().err
    assert "hydrant-1/presure_low is no alarm that is on, and no rule has this name" in said
    assert "did you mean hydrant-1/pressure_low?" in said
