"""Edits of a site file: what is changed, in whose style, and what is refused."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from edge.files.yaml_file import Tree, parse
from edge.versions.difference import difference
from edge.versions.edits import (
    drop_item,
    drop_value,
    item_text,
    keys_in,
    put_item,
    put_value,
)
from edge.versions.files import Files
from simulators.demo.stage import SITES

RIVERSIDE = Path(str(SITES / "riverside" / "site.yaml"))

LIFT: dict[str, Tree] = {
    "id": "lift-7",
    "link": "lifts-b1",
    "profile": "lifts/ba_box",
    "name": {"zh": "3号楼新梯", "en": "New lift, building 3"},
    "address": {"unit": 6},
    "location": {"building": "b3", "unit": "u2", "text": "电梯"},
}


@pytest.fixture(scope="module")
def riverside() -> str:
    """The shipped site."""
    return RIVERSIDE.read_text(encoding="utf-8")


def _added(old: str, new: str) -> str:
    """The lines that came; nothing may have gone."""
    lines = list(unified_diff(old.splitlines(True), new.splitlines(True), n=0))[2:]  # noqa: FBT003 - keepends
    assert not [line for line in lines if line.startswith("-")]
    return "".join(line[1:] for line in lines if line.startswith("+"))


def _changed(old: str, new: str) -> list[str]:
    """The lines that went and came."""
    lines = list(unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm=""))[2:]
    return [line for line in lines if not line.startswith("@@")]


def test_device_in_riverside(riverside: str) -> None:
    """A device added to riverside is six added lines, in the words of those beside it."""
    new = put_item(riverside, "devices", "", LIFT)
    assert (
        _added(riverside, new)
        == """\
  - id: lift-7
    link: lifts-b1
    profile: lifts/ba_box
    name: {zh: 3号楼新梯, en: 'New lift, building 3'}
    address: {unit: 6}
    location: {building: b3, unit: u2, text: 电梯}
"""
    )
    files = Files(site="site.yaml", contents={}).put("site.yaml", riverside)
    (found,) = difference(files, files.put("site.yaml", new))
    assert (found.name, found.added, found.removed) == ("site.yaml", 6, 0)


def test_rule_in_riverside(riverside: str) -> None:
    """A rule is written as a person would: conditions a line each, short ones in brackets."""
    rule: dict[str, Tree] = {
        "id": "hot_and_open",
        "when": {
            "all": [
                {"point": "breaker-1/temperature_a", "above": "55 °C", "deadband": 5},
                {"event": "access.forced", "device": "gate-1", "lasts": "5min"},
            ]
        },
        "for": "30s",
        "raise": {
            "category": "electric.fire_risk",
            "severity": 800,
            "lane": "life_safety",
            "text": {"zh": "{device}发热", "en": "{device} is hot"},
        },
    }
    new = put_item(riverside, "rules", "", rule)
    assert (
        _added(riverside, new)
        == """\
  - id: hot_and_open
    when:
      all:
        - {point: breaker-1/temperature_a, above: 55 °C, deadband: 5}
        - {event: access.forced, device: gate-1, lasts: 5min}
    for: 30s
    raise:
      category: electric.fire_risk
      severity: 800
      lane: life_safety
      text:
        zh: '{device}发热'
        en: '{device} is hot'
"""
    )


def test_keys_in_the_order_of_a_neighbour() -> None:
    """A new item has its keys in the order of the one before it, others where they were given."""
    text = "s:\n  - id: a\n    driver: d\n    port: 1\n"
    new = put_item(text, "s", "", {"driver": "e", "speed": 2, "id": "b", "port": 3})
    assert _added(text, new) == "  - id: b\n    driver: e\n    speed: 2\n    port: 3\n"


def test_only_what_differs_is_written(riverside: str) -> None:
    """An item that is put again changes in the lines of the keys that differ; comments stay."""
    policy: dict[str, Tree] = {
        "alarms": "lift.entrapment",
        "issue": {
            "category": "lift",
            "title": {"zh": "{place} 电梯困人", "en": "People trapped in the lift: {place}"},
            "parties": ["property"],
        },
        "notice": {
            "title": {"zh": "{building}{unit}电梯停用", "en": "Lift out of service"},
            "text": {
                "zh": "{place}正在救援，请走楼梯或使用其他电梯。",
                "en": "A rescue is under way at {place}. Please use the stairs.",
            },
            "audience": "unit",
            "publish": "draft",
            "lasts": "2h",
        },
    }
    new = put_item(riverside, "policies", "lift.entrapment", policy)
    assert [line.strip("-+ ").partition(":")[0] for line in _changed(riverside, new)] == [
        *("parties", "parties", "title", "title", "publish", "publish")
    ]
    assert _changed(riverside, new)[3:] == [
        "+      title: {zh: '{building}{unit}电梯停用', en: Lift out of service}",
        "-      publish: at_once",
        "+      publish: draft",
    ]


def test_keys_come_and_go_in_their_order(riverside: str) -> None:
    """A key that comes stands behind the one that it follows; one that goes takes its line."""
    lift = {key: value for key, value in LIFT.items() if key != "address"}
    lift = {**lift, "id": "bin-1", "direction": "in"}
    new = put_item(riverside, "devices", "bin-1", lift)
    text = item_text(new, "devices", "bin-1")
    assert text.splitlines()[3:] == [
        "name: {zh: 3号楼新梯, en: 'New lift, building 3'}",
        "location: {text: 电梯, building: b3, unit: u2}",
        "direction: in",
    ]


def test_order_of_policies(riverside: str) -> None:
    """The first policy that fits decides: one can be put before another, above its comments."""
    policy = {"alarms": "lift.door_slow", "issue": {"category": "lift", "title": LIFT["name"]}}
    new = put_item(riverside, "policies", "", policy, before="lift.maintenance")
    keys = keys_in(parse(new, "f"), "policies")
    assert keys.index("lift.door_slow") + 1 == keys.index("lift.maintenance")
    assert (
        "  # Getting worse and worse: the maintenance firm looks at it before it breaks.\n" in new
    )
    assert item_text(new, "policies", "lift.maintenance") == item_text(
        riverside, "policies", "lift.maintenance"
    )


def test_drop_takes_its_comments_along(riverside: str) -> None:
    """What stands right over an item is about that item."""
    new = drop_item(riverside, "policies", "lift.maintenance")
    assert (
        _changed(riverside, new)[0]
        == "-  # 用得越来越差：坏之前请维保单位来看。检修、停用等状态只作为报警上报。"
    )
    assert len(_changed(riverside, new)) == 9


def test_the_last_item_leaves_an_empty_list(riverside: str) -> None:
    """A section is not lost with its last item."""
    new = drop_item(riverside, "uplinks", "platform")
    assert new.endswith("\nuplinks: []\n")
    again = put_item(new, "uplinks", "", {"id": "city", "type": "mqtt", "broker": {"host": "h"}})
    assert again.endswith("\nuplinks:\n  - id: city\n    type: mqtt\n    broker: {host: h}\n")


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (
            "a: 1\ndevices: []   # none yet\nb: 2\n",
            "a: 1\ndevices:   # none yet\n  - id: x\nb: 2\n",
        ),
        ("a: 1\ndevices:   # none yet\nb: 2\n", "a: 1\ndevices:   # none yet\n  - id: x\nb: 2\n"),
        ("a: 1\n", "a: 1\ndevices:\n  - id: x\n"),
        ("a: 1", "a: 1\ndevices:\n  - id: x"),
        ("a: 1\n\nb: 2\n# end\n", "a: 1\n\nb: 2\n\ndevices:\n  - id: x\n# end\n"),
        ("a: 1\r\ndevices:\r\n", "a: 1\r\ndevices:\r\n  - id: x\r\n"),
        ("devices: [{id: a}]\n", "devices: [{id: a}, {id: x}]\n"),
        ("devices: [{id: a},]\n", "devices: [{id: a}, {id: x},]\n"),
        ("{devices: [], b: 1}\n", "{devices: [{id: x}], b: 1}\n"),
        ('{"a": 1}', '{"a": 1, devices: [{id: x}]}'),
        ("devices:\n- id: a\nb: 1\n", "devices:\n- id: a\n- id: x\nb: 1\n"),
        ("devices:\n  - {id: a}   # one\n", "devices:\n  - {id: a}   # one\n  - {id: x}\n"),
        (
            "devices:\n  - id: a\n\n  - id: b\n\nc: 1\n",
            "devices:\n  - id: a\n\n  - id: b\n\n  - id: x\n\nc: 1\n",
        ),
        (
            "devices:\n  - id: a\n    # last\nc: 1\n",
            "devices:\n  - id: a\n    # last\n  - id: x\nc: 1\n",
        ),
        (
            "devices:\n  - id: a\n    t: |\n      x\n\nc: 1\n",
            "devices:\n  - id: a\n    t: |\n      x\n  - id: x\n\nc: 1\n",
        ),
        ("devices:\n  -\n    id: a\n", "devices:\n  -\n    id: a\n  - id: x\n"),
        ("---\na: 1\n...\n", "---\na: 1\ndevices:\n  - id: x\n...\n"),
    ],
)
def test_where_an_item_goes(text: str, new: str) -> None:
    """Lists in lines and in brackets, empty, missing, with comments, without a last line end."""
    assert put_item(text, "devices", "", {"id": "x"}) == new


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("s:\n  - id: a\n  - id: x\n  # b\n  - id: b\n", "s:\n  - id: a\n  # b\n  - id: b\n"),
        ("s:\n  - id: a\n  # x\n  - id: x\n    # in x\nc: 1\n", "s:\n  - id: a\nc: 1\n"),
        ("s: [{id: a}, {id: x}, {id: b}]\n", "s: [{id: a}, {id: b}]\n"),
        ("s: [{id: x}, {id: b}]\n", "s: [{id: b}]\n"),
        ("s: [{id: x},]\n", "s: []\n"),
        ("s:   # mine\n  - id: x\n\nc: 1\n", "s: []   # mine\n\nc: 1\n"),
        ("s:\n- id: a\n- id: x", "s:\n- id: a\n"),
        ("s:\r\n  - id: x\r\n  - id: b\r\n", "s:\r\n  - id: b\r\n"),
        ("s:\n  - id: x\n\n  - id: b\n", "s:\n  - id: b\n"),
    ],
)
def test_how_an_item_goes(text: str, new: str) -> None:
    """What is left is as it was."""
    assert drop_item(text, "s", "x") == new


@pytest.mark.parametrize(
    ("text", "value", "new"),
    [
        ("a:\n  b: 1   # one\n", 2, "a:\n  b: 2   # one\n"),
        ("a:\n  b: |\n    x\n    y\nc: 1\n", "z", "a:\n  b: z\nc: 1\n"),
        ("a:\n  b:\n    c: 1\n    # d\ne: 1\n", 2, "a:\n  b: 2\ne: 1\n"),
        ("a:\n  b: {c: 1}   # x\n", {"c": 2}, "a:\n  b: {c: 2}   # x\n"),
        ("a:\n  b:   # x\n", 2, "a:\n  b: 2   # x\n"),
        ("a: {b: , c: 1}\n", "z", "a: {b: z , c: 1}\n"),
        ("a: {c: 1}\n", [1, "2"], "a: {c: 1, b: [1, '2']}\n"),
        ("a:\nc: 1\n", "z", "a: {b: z}\nc: 1\n"),
        ("c: 1\n", "z", "c: 1\na: {b: z}\n"),
        ("a:\n  b: 1\n", None, "a:\n  b: null\n"),
        ("a:\n  b: '1'\n", 1, "a:\n  b: 1\n"),
        ("a:\n  b: 1\n", True, "a:\n  b: true\n"),
        ("a:\n  b: x\n", [{"id": "n1"}, 2], "a:\n  b:\n    - {id: n1}\n    - 2\n"),
    ],
)
def test_values(text: str, value: object, new: str) -> None:
    """A value at a path, whatever stood there; collections keep their brackets or lines."""
    assert put_value(text, ("a", "b"), value) == new


def test_the_same_value_changes_nothing(riverside: str) -> None:
    """Putting what stands there gives back the text, quotes and all."""
    document = parse(riverside, "f")
    for key in ("site", "devices", "rules", "policies"):
        assert put_value(riverside, (key,), document.at((key,))) == riverside
    assert drop_value(riverside, ("nothing",)) == riverside


def test_drop_value() -> None:
    """A key goes with its line; the last one leaves an empty section."""
    text = "a:\n  b: 1\n  c: {d: 1, e: 2}\n"
    assert drop_value(text, ("a", "b")) == "a:\n  c: {d: 1, e: 2}\n"
    assert drop_value(text, ("a", "c", "d")) == "a:\n  b: 1\n  c: {e: 2}\n"
    assert drop_value("a:\n  b: 1\nc: 1\n", ("a", "b")) == "a: {}\nc: 1\n"


def test_keys_of_items() -> None:
    """Items are called by their id, policies by their alarms, what is not unique by its place."""
    text = "alarms: [{id: a}, {id: b}, {id: a}, 1]\npolicies: [{alarms: x.*}]\nwatch: {c: {}}\n"
    document = parse(text, "f")
    assert keys_in(document, "alarms") == ("#1", "b", "#3", "#4")
    assert keys_in(document, "policies") == ("x.*",)
    assert keys_in(document, "watch") == ("c",)
    assert keys_in(document, "nothing") == ()
    assert drop_item(text, "alarms", "#3").startswith("alarms: [{id: a}, {id: b}, 1]\n")
