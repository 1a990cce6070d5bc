"""Trials of rules: what a case may say, how it is run, how its outcome is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from edge.__main__ import main
from edge.config import Configuration, load
from edge.errors import ConfigError
from edge.trial import stage
from edge.trial.case_file import PlacedCase, load_cases
from edge.trial.report import told_of
from edge.trial.run import Outcome, run_case

SITE = """
site: {id: court, name: {zh: 苑, en: Court}, language: en}
gateway: {id: gw-1}
buildings: [{id: b1, name: {zh: 1号楼, en: Building 1}}]
links:
  - {id: mqtt, driver: mqtt_gate, broker: {host: 192.0.2.20}}
  - {id: sensors, driver: mqtt_json, broker: {host: 192.0.2.20}}
devices:
  - id: gate-1
    link: mqtt
    profile: gates/mqtt_face
    name: {zh: 门, en: Gate}
    address: {device_id: '1'}
  - id: hydrant-1
    link: sensors
    profile: sensors/hydrant_pressure
    name: {zh: 栓, en: Hydrant}
    address: {device_id: h}
"""

GOOD = """
cases:
  - name: pressure is low for a while
    given:
      - {at: 0s, point: hydrant-1/pressure, value: 300.0}
      - {at: 10s, point: hydrant-1/pressure, value: 100.0}
      - {at: 100s, point: hydrant-1/pressure, value: 300.0}
    expect:
      - at: 70s
        raised: hydrant-1/pressure_low
        with: {severity: 550, text: {zh: 消火栓水压过低, en: Hydrant pressure is low}}
      - {at: 100s, cleared: hydrant-1/pressure_low}
"""

ONLINE = "point: gate-1/online, value: true"
DENIED = "at: 0s, event: access.denied, device: gate-1"
ABROAD = "2026-06-01 12:00+08:00"


@pytest.fixture(scope="module")
def site_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gate and a pressure sensor."""
    path = tmp_path_factory.mktemp("court") / "site.yaml"
    path.write_text(SITE, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def court(site_file: Path) -> Configuration:
    """The site, loaded."""
    return load(site_file)


def cases_of(court: Configuration, folder: Path, text: str) -> list[PlacedCase]:
    """The cases in a file that says this."""
    path = folder / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return load_cases([path], court.site, ["mqtt", "sensors"], "en")


def outcome_of(court: Configuration, folder: Path, text: str) -> Outcome:
    """How the first case of a file goes."""
    return run_case(court, cases_of(court, folder, text)[0].case)


def one(given: Sequence[str], expect: Sequence[str] = (), more: str = "") -> str:
    """A file of one case, from the lines of its lists."""
    wanted = "".join(f"      - {{{line}}}\n" for line in expect)
    return "".join(
        [
            f"cases:\n  - name: a case\n{more}    given:\n",
            *(f"      - {{{line}}}\n" for line in given),
            f"    expect:\n{wanted}" if wanted else "",
        ]
    )


def pressure(at: str, value: float) -> str:
    """A reading of the hydrant."""
    return f"at: {at}, point: hydrant-1/pressure, value: {value}"


def door(at: str, value: str) -> str:
    """A reading of the gate's contact."""
    return f"at: {at}, point: gate-1/door_open, value: {value}"


def test_what_is_expected_comes(court: Configuration, tmp_path: Path) -> None:
    """Delays run in virtual time; what an alarm says is compared as far as it is written."""
    outcome = outcome_of(court, tmp_path, GOOD)
    assert outcome.passed
    assert [line.what for line in outcome.met] == [
        "raised hydrant-1/pressure_low",
        "cleared hydrant-1/pressure_low",
    ]


@pytest.mark.parametrize(
    ("change", "missing", "unasked"),
    [
        (("at: 70s", "at: 69s"), ["raised"], ["raised"]),
        (("severity: 550", "severity: 551"), ["raised"], ["raised"]),
        (("raised: hydrant-1/pressure_low", "raised: hydrant-1/low"), ["raised"], ["raised"]),
        (("at: 100s, cleared", "at: 2min, cleared"), ["cleared"], ["cleared"]),
        (("      - {at: 100s, cleared: hydrant-1/pressure_low}\n", ""), [], ["cleared"]),
    ],
)
def test_what_differs_is_found(
    change: tuple[str, str],
    missing: list[str],
    unasked: list[str],
    court: Configuration,
    tmp_path: Path,
) -> None:
    """Another second, another value, another alarm, or one that nobody asked for."""
    outcome = outcome_of(court, tmp_path, GOOD.replace(*change))
    assert not outcome.passed
    assert [line.what.partition(" ")[0] for line in outcome.missing] == missing
    assert [line.what.partition(" ")[0] for line in outcome.unasked] == unasked


def test_a_restart_keeps_what_is_on_disk(court: Configuration, tmp_path: Path) -> None:
    """A delay that was running goes on; an alarm that was open is not raised twice."""
    text = GOOD.replace("    expect:", "      - {at: 40s, restart: true}\n    expect:", 1)
    assert outcome_of(court, tmp_path, text).passed
    text = GOOD.replace("    expect:", "      - {at: 80s, restart: true}\n    expect:", 1)
    assert outcome_of(court, tmp_path, text).passed


def test_what_comes_again_and_again(court: Configuration, tmp_path: Path) -> None:
    """A reading repeated until a time comes that often: a restart of the delay would show."""
    low = pressure("0s", 100.0) + ", every: 10s, until: "
    assert outcome_of(court, tmp_path, one([low + "50s", pressure("55s", 300.0)])).passed
    expect = ["at: 60s, raised: hydrant-1/pressure_low", "at: 80s, cleared: hydrant-1/pressure_low"]
    assert outcome_of(court, tmp_path, one([low + "70s", pressure("80s", 300.0)], expect)).passed


def test_a_device_that_is_lost(court: Configuration, tmp_path: Path) -> None:
    """Its event becomes the reading of `online`, as in the gateway; a link's as well."""
    given = [
        "at: 0s, event: device.offline, device: gate-1",
        "at: 90s, event: device.online, device: gate-1",
    ]
    expect = ["at: 1min, raised: gate-1/offline", "at: 90s, cleared: gate-1/offline"]
    assert outcome_of(court, tmp_path, one(given, expect)).passed
    given = ["at: 0s, event: link.down, device: mqtt"]
    assert outcome_of(court, tmp_path, one(given, ["at: 1min, raised: mqtt/offline"])).passed


def test_events_of_rules_count(court: Configuration, tmp_path: Path) -> None:
    """What a rule tells is expected like an alarm; what was given is not."""
    given = [door("0s", "false"), door("20s", "true"), door("25s", "false")]
    expect = [
        "at: 23s, event: access.forced, device: gate-1",
        "at: 23s, raised: gate-1/forced",
        "at: 25s, event: access.closed, device: gate-1",
    ]
    assert outcome_of(court, tmp_path, one([*given, pressure("30s", 300.0)], expect)).missing == ()
    whole = [*expect, "at: 83s, cleared: gate-1/forced"]
    assert outcome_of(court, tmp_path, one(given, whole)).passed
    told = ["at: 0s, event: access.denied, device: gate-1"]
    assert outcome_of(court, tmp_path, one(told)).passed


def test_a_case_ends_when_it_says(court: Configuration, tmp_path: Path) -> None:
    """Without a word a minute after its last line; what comes later is not looked at."""
    low = [pressure("0s", 100.0)]
    assert not outcome_of(court, tmp_path, one(low)).passed
    assert outcome_of(court, tmp_path, one(low, more="    until: 59s\n")).passed


def test_an_alarm_that_is_put_aside(court: Configuration, tmp_path: Path) -> None:
    """The life of alarms is there: what is raised in a test says so."""
    given = [
        "at: 0s, event: suppression.began, with: {id: w, why: test, covers: {device: gate-1}}",
        "at: 5s, event: access.forced, device: gate-1",
    ]
    expect = [
        "at: 5s, raised: gate-1/forced, with: {suppressed: [test]}",
        "at: 65s, cleared: gate-1/forced",
    ]
    assert outcome_of(court, tmp_path, one(given, expect)).passed


def test_the_case_begins_when_it_says(court: Configuration) -> None:
    """0s is the local time of the site that is written."""
    held = stage.Stage(court, datetime(2026, 6, 1, 23, 30))  # noqa: DTZ001 - the site's time
    assert held.now == datetime.fromisoformat("2026-06-01T15:30:00+00:00")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("given: 1\n", "rules.yaml:1:1  given: there is no key given here"),
        ("cases: []\n", "rules.yaml:1:8  cases: there are no cases → write a list cases:"),
        (one(["at: 0s, point: hydrant-1/presure"]), "no point presure → did you mean pressure?"),
        (one(["at: 0s, point: hydrant/pressure"]), "no device hydrant → did you mean hydrant-1?"),
        (one(["at: 0s, event: access.deny"]), "no event access.deny → did you mean access.denied?"),
        (one(["at: 0s, event: access.denied, device: gate"]), "there is no device gate → did"),
        (one([DENIED + ", with: {persn: x}"]), "access.denied has no persn → did you mean person?"),
        (one([DENIED + ", with: {person: 1}"]), "access.denied is not complete: Expected `str`"),
        (one(["at: 0s, event: access.denied"]), "Object missing required field `device`"),
        (one(["at: 0s, value: 1"]), "exactly one thing → write point, event or restart"),
        (one([f"at: 0s, {ONLINE}, event: access.denied"]), "a line gives exactly one thing"),
        (one([f"at: 0s, {ONLINE}, every: 1s"]), "every and until go together → write both"),
        (one([f"at: 0s, {ONLINE}, every: 1s, until: 20000s"]), "too often → 10000 times at most"),
        (one([f"at: 0s, {ONLINE}"], ["at: 0s"]), "a line expects exactly one thing"),
        (one([f"at: 0s, {ONLINE}"], more="    start: noon\n"), "this is not a moment"),
        (one([f"at: 0s, {ONLINE}"], more=f"    start: '{ABROAD}'\n"), "this is not a moment"),
        (one([f"at: 0, {ONLINE}"]), "this is not a duration"),
        (one([f"at: 0s, {ONLINE}"], more="    start: '0001-01-01 00:00'\n"), "not a moment"),
        (one([f"at: 0s, {ONLINE}"], more="    start: '9999-12-31 23:59'\n"), "not a moment"),
        (one([f"at: 0s, {ONLINE}"], more="    until: 61d\n"), "too long → 60d is the longest"),
        (one(["at: 0s, point: gate-1/online, value: 1"]), "is true or false, never this → write"),
        (one(["at: 0s, point: hydrant-1/pressure, value: '3'"]), "is a number, never this → write"),
    ],
)
def test_mistakes_in_a_case(text: str, said: str, court: Configuration, tmp_path: Path) -> None:
    """Each is told with file, line, column and remedy, like those in a site file."""
    with pytest.raises(ConfigError) as caught:
        cases_of(court, tmp_path, text)
    assert said in str(caught.value)
    assert str(caught.value).startswith("rules.yaml:")


def test_all_mistakes_at_once(court: Configuration, tmp_path: Path) -> None:
    """Those of all files and cases are told together."""
    text = one(["at: 0s, point: hydrant-1/a"]) + one(["at: 0s, event: b"]).partition("\n")[2]
    with pytest.raises(ConfigError) as caught:
        cases_of(court, tmp_path, text)
    assert len(caught.value.problems) == 2


def test_the_report_shows_what_differs_in_order(court: Configuration, tmp_path: Path) -> None:
    """What was met without a sign, what did not come with -, what came unasked with +."""
    text = GOOD.replace("at: 70s", "at: 80s").replace("hydrant-1/pressure_low}", "x/y}")
    placed = cases_of(court, tmp_path, text)[0]
    lines = list(told_of(placed, run_case(court, placed.case), lambda _, en: en))
    assert lines[0] == "FAIL  pressure is low for a while  (rules.yaml:3)"
    signs = [(line[4], line[6:14].strip()) for line in lines[1:]]
    assert signs == [("+", "70s"), ("-", "80s"), ("-", "100s"), ("+", "100s")]
    assert lines[1].endswith("was not expected")
    assert '{severity: 550, text: {"zh": "消火栓水压过低"' in lines[1]


def test_the_command(site_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit status 0 when all pass, 1 when one fails, 2 for a mistake; the folder is the default."""
    path = tmp_path / "a.yaml"
    path.write_text(GOOD, encoding="utf-8")
    words = ["rules", "test", str(site_file)]
    assert main([*words, str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 0 failed"
    assert main(["--lang", "zh", *words, str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 个通过，0 个不符"
    path.write_text(GOOD.replace("70s", "71s"), encoding="utf-8")
    assert main([*words, str(path)]) == 1
    capsys.readouterr()
    assert main(words) == 2
    assert "cases: there are no cases" in capsys.readouterr().err
    (site_file.parent / "cases").mkdir()
    (site_file.parent / "cases" / "b.yaml").write_text(GOOD, encoding="utf-8")
    assert main(words) == 0
