"""What the report of anomalies says holds on a few of its series; what a site has unasked."""

from __future__ import annotations

from pathlib import Path

from edge.rules.anomaly.built_in import BUILT_IN
from edge.rules.anomaly.section import AnomaliesOptions
from edge.site import Claim, Lift
from tests.bench.anomaly_report import BEGIN, DOCUMENTS, END, HEADS, Result, table, write
from tests.fakes.anomalies import trial
from tests.fakes.rule_life import device
from tests.fakes.site import bare_site
from tests.source_tree import ROOT

TRIED = (
    ("usual", "pressure", "step"),
    ("drift", "residual_current", "ramp"),
    ("night", "flow", "ramp"),
    ("flat", "voltage", "stuck"),
    ("jump", "temperature", "spike"),
    ("cycle", "door", "slower"),
)


def test_faults_are_found_and_nothing_else() -> None:
    """One large fault of each, after a week without: all found, no false word."""
    lived = [trial(watch, on, f"test {on}", kind, 2.0, days=38) for watch, on, kind in TRIED]
    assert [each.signal for each in lived if each.delay is None] == []
    assert sum(each.false for each in lived) == 0


def test_the_report_goes_into_the_documents(tmp_path: Path) -> None:
    """Between the marks, and nowhere else; both documents have them, with a row for a detector."""
    flat = trial("flat", "temperature", "test", "stuck", 1.0, days=30)
    row = Result(watch="flat", signal="x", kind="stuck", healthy=(flat,), faulty=(flat,)).figures()
    for name in DOCUMENTS:
        text = (ROOT / name).read_text(encoding="utf-8")
        assert text.count(f"{BEGIN}\n") == text.count(END) == 1
        copy = tmp_path / Path(name).name
        copy.write_text(text, encoding="utf-8")
        write(copy, table([row], HEADS[name]))
        told = copy.read_text(encoding="utf-8")
        assert f"{BEGIN}\n| {HEADS[name][0]} |" in told
        assert "| `flat` | x, stuck |" in told
        assert told.partition(BEGIN)[0] == text.partition(BEGIN)[0]
        assert told.partition(END)[2] == text.partition(END)[2]


def test_a_site_watches_currents_at_night_and_doors() -> None:
    """Without a word in the file; a line of the file goes before, and all can be left out."""
    lift = Lift(facts={"door_open": (Claim(point="l/door", holds=lambda value: value == 2),)})
    devices = dict(
        [
            device("box", kind="electric", units={"residual": "mA", "current": "A"}),
            device("l", kind="lift", units={"door": "", "speed": "m/s"}),
        ]
    )
    site = bare_site(devices=devices)
    object.__setattr__(site, "lifts", {"l": lift})
    unasked = list(BUILT_IN.build(site, AnomaliesOptions()))
    assert [rule.id for rule in unasked] == [
        "box/.anomaly/residual.night",
        "l/.anomaly/door.cycle",
    ]
    line = {"point": "box/residual", "watch": "night", "anew": "x"}
    more = AnomaliesOptions.model_validate({"points": [line]}, strict=False)
    assert [getattr(rule, "anew", "") for rule in BUILT_IN.build(site, more)] == ["x", ""]
    none = AnomaliesOptions.model_validate({"defaults": False}, strict=False)
    assert list(BUILT_IN.build(site, none)) == []
