"""Sections of a site file as forms: what they hold, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from edge.config import load
from edge.config.json_schema import site_schema
from edge.config.site_reading import LISTS
from edge.drivers import KINDS
from edge.errors import ConfigError
from edge.files.yaml_file import Document, Tree, parse
from edge.versions.edits import keys_in, put_item, put_value
from edge.versions.files import Unfit
from edge.versions.form import Field, Form, form_of, item_of
from edge.versions.tree_edit import alike
from simulators.demo.stage import SITES
from tests.fakes.small_site import SITE, lay_out

RIVERSIDE = Path(str(SITES / "riverside" / "site.yaml"))
ONE = ("site", "gateway", "page", "commands")
TRANSPORTS = ("tcp", "rtu", "rtu_over_tcp", "dial_in")


@pytest.fixture(scope="module")
def schema() -> Mapping[str, Any]:
    """What a site file may say."""
    return site_schema()


@pytest.fixture(scope="module")
def riverside() -> Document:
    """The shipped site."""
    return parse(RIVERSIDE.read_text(encoding="utf-8"), "site.yaml")


def _by_name(form: Form) -> dict[str, Field]:
    return {each.name: each for each in form.fields}


def _new_forms(schema: Mapping[str, Any]) -> Iterator[Form]:
    """Every form there is, for what is not there yet."""
    links = ", ".join(f"{{id: {kind.name}, driver: {kind.name}}}" for kind in KINDS.values())
    document = parse(f"site: {{}}\nlinks: [{links}]\n", "f")
    yield from (form_of(schema, document, section) for section in ONE)
    for section in LISTS:
        yield form_of(schema, document, section)
    yield form_of(schema, document, "schedules", "night")
    for rule in schema["$defs"]["SiteFile"]["properties"]["watch"]["properties"]:
        yield form_of(schema, document, "watch", rule)
    for kind in KINDS.values():
        yield form_of(schema, document, "devices", answers={"link": kind.name})
        for way in TRANSPORTS:
            given = {"driver": kind.name, "transport.type": way}
            yield form_of(schema, document, "links", answers=given)


def test_untouched_forms_give_back_the_file(schema: Mapping[str, Any], riverside: Document) -> None:
    """Every item of riverside goes through its form, shown and sent back, as it was."""
    count = 0
    for section in (*LISTS, *ONE, "schedules", "watch"):
        keys = ("",) if section in ONE else keys_in(riverside, section)
        for key in keys:
            form = form_of(schema, riverside, section, key)
            sent: dict[str, str] = {}
            for each in form.fields:
                sent[each.name] = each.value.replace("\n", "\r\n")
                if each.kind == "texts":
                    sent |= {f"{each.name}.zh": each.value, f"{each.name}.en": each.english}
            held = riverside.at((section,))
            steps = (section, key) if isinstance(held, dict) else (section, keys.index(key))
            there = held if section in ONE else riverside.at(steps)
            assert alike(item_of(form, sent), there), (section, key)
            assert alike(item_of(form, {}), there), (section, key)
            count += 1
    assert count > 60


def test_every_field_has_words_in_both_languages(schema: Mapping[str, Any]) -> None:
    """No label, heading or help is missing in Chinese."""
    bare = set()
    for form in _new_forms(schema):
        for each in form.fields:
            for words in (each.label, each.group, each.help):
                if words.en and (not words.zh or words.zh.isascii()):
                    bare.add((form.section, each.name, words))
            assert each.label.en
    assert not bare


def test_fields_of_a_device(schema: Mapping[str, Any], riverside: Document) -> None:
    """A device's address is what its link's driver wants; what it names is chosen from a list."""
    fields = _by_name(form_of(schema, riverside, "devices", "fire-3"))
    assert fields["name"].kind == "texts"
    assert (fields["name"].value, fields["name"].english) == (
        "3号楼消防传输装置",
        "Fire transmission device of building 3",
    )
    assert [each for each in fields if each.startswith("address")] == [
        "address.address",
        "address.places",
    ]
    assert (fields["address.address"].kind, fields["address.address"].value) == ("number", "3")
    assert fields["address.address"].group.en == "Address"
    assert fields["address.address"].required
    link = fields["link"]
    assert (link.kind, link.decides, link.required) == ("choice", True, True)
    assert link.choices[-1].value == "sensors"
    building = fields["location.building"]
    assert building.choices[0].label.en == "Building 1 (b1)"
    assert [each.value for each in fields["location.unit"].choices] == ["u1", "u2"]
    assert not fields["location.unit"].required


def test_another_link_has_another_address(schema: Mapping[str, Any], riverside: Document) -> None:
    """What has been answered so far decides which fields there are."""
    answers = {"link": "gates", "id": "gate-9", "location.building": "b2"}
    fields = _by_name(form_of(schema, riverside, "devices", answers=answers))
    assert "address.device_id" in fields
    assert (fields["link"].value, fields["id"].value) == ("gates", "gate-9")
    assert [each.value for each in fields["location.unit"].choices] == ["u1"]
    unknown = _by_name(form_of(schema, riverside, "devices"))
    assert unknown["address"].kind == "yaml"


def test_another_transport(schema: Mapping[str, Any], riverside: Document) -> None:
    """A link's transport is one of several; what only the other had is not taken along."""
    form = form_of(schema, riverside, "links", "power")
    assert _by_name(form)["transport.type"].decides
    answers = {"transport.type": "rtu"}
    form = form_of(schema, riverside, "links", "power", answers=answers)
    assert "transport.host" not in _by_name(form)
    answers |= {
        "transport.port": "/dev/ttyUSB0",
        "transport.data_bits": "8",
        "transport.parity": "E",
    }
    assert item_of(form, answers) == {
        "driver": "modbus",
        "id": "power",
        "transport": {"type": "rtu", "port": "/dev/ttyUSB0", "data_bits": 8, "parity": "E"},
    }


def test_new_device(schema: Mapping[str, Any], riverside: Document) -> None:
    """What is not filled in is not written; numbers are numbers, a text is one in two languages."""
    answers = {
        "id": "lift-7",
        "link": "lifts-b1",
        "profile": "lifts/ba_box",
        "name.zh": "新梯",
        "name.en": "New lift",
        "address.unit": "6",
        "location.building": "b1",
        "location.floor": "-1",
        "location.room": "007",
        "direction": "",
    }
    form = form_of(schema, riverside, "devices", answers=answers)
    assert item_of(form, answers) == {
        "id": "lift-7",
        "link": "lifts-b1",
        "profile": "lifts/ba_box",
        "name": {"zh": "新梯", "en": "New lift"},
        "address": {"unit": 6},
        "location": {"building": "b1", "floor": -1, "room": "007"},
    }


def test_changed_policy(schema: Mapping[str, Any], riverside: Document) -> None:
    """Optional parts go when they are emptied, come when they are filled in; lists are words."""
    form = form_of(schema, riverside, "policies", "lift.entrapment")
    gone = {each.name: "" for each in form.fields if each.name.startswith("notice.")}
    gone |= {
        "notice.title.zh": "",
        "notice.title.en": "",
        "notice.text.zh": "",
        "notice.text.en": "",
    }
    answers = {
        **gone,
        "issue.escalate.to": "street_office\nresidents",
        "issue.respond_within": "5min",
    }
    item = item_of(form, answers)
    assert item == {
        "alarms": "lift.entrapment",
        "issue": {
            "category": "lift",
            "title": {"zh": "{place} 电梯困人", "en": "People trapped in the lift: {place}"},
            "respond_within": "5min",
            "parties": ["property", "community"],
            "escalate": {"to": ["street_office", "residents"]},
        },
    }
    assert item_of(form, {"issue.escalate.to": "[]"})["issue"] == {
        **_issue(riverside),
        "escalate": {"to": []},
    }


def _issue(riverside: Document) -> dict[str, Tree]:
    issue = riverside.at(("policies", 0, "issue"))
    assert isinstance(issue, dict)
    return issue


def test_parts_as_text(schema: Mapping[str, Any], riverside: Document) -> None:
    """What is too deep for fields is a text, and comes back as what it says."""
    form = form_of(schema, riverside, "buildings", "b2")
    units = _by_name(form)["units"]
    assert units.kind == "yaml"
    assert units.value == "- {id: u1, name: {zh: 1单元, en: Unit 1}}"
    more = units.value + "\n- {id: u2, name: {zh: 2单元, en: Unit 2}}\n"
    held = item_of(form, {"units": more})["units"]
    assert isinstance(held, list)
    assert len(held) == 2
    with pytest.raises(ConfigError) as caught:
        item_of(form, {"units": "- {id: u1\n- x"})
    assert caught.value.problems[0].file == "units"
    assert (
        _by_name(form_of(schema, riverside, "rules", "broken_in_at_night"))["when"].kind == "yaml"
    )


def test_nonsense_is_left_to_the_check(schema: Mapping[str, Any], tmp_path: Path) -> None:
    """Letters for a number arrive in the file, where the check names their line."""
    site = lay_out(tmp_path)
    form = form_of(schema, parse(SITE, "f"), "devices", "box-1")
    item = item_of(form, {"address.unit": "two"})
    assert item["address"] == {"unit": "two"}
    site.write_text(put_item(SITE, "devices", "box-1", item), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"site\.yaml:16:21  devices\[0\]\.address\.unit"):
        load(site, language="en")


def test_form_and_file_are_one_model(schema: Mapping[str, Any], tmp_path: Path) -> None:
    """A site changed through its forms loads; in the file, only what was answered differs."""
    site = lay_out(tmp_path)
    form = form_of(schema, parse(SITE, "f"), "site")
    text = put_value(
        SITE, ("site",), item_of(form, {"timezone": "Europe/Berlin", "language": "en"})
    )
    page = item_of(
        form_of(schema, parse(text, "f"), "page"), {"listen.port": "9443", "serve": "on"}
    )
    text = put_value(text, ("page",), page)
    hold = item_of(form_of(schema, parse(text, "f"), "watch", "fire"), {"release": "false"})
    site.write_text(put_item(text, "watch", "fire", hold), encoding="utf-8")
    configuration = load(site)
    assert configuration.site.timezone.key == "Europe/Berlin"
    assert configuration.page.listen.port == 9443
    assert configuration.watch["fire"].model_dump()["release"] is False
    assert [line for line in SITE.splitlines() if line not in site.read_text().splitlines()] == [
        "site: {id: small, name: {zh: 小院, en: Small}, language: en}"
    ]


def test_no_form(schema: Mapping[str, Any], riverside: Document) -> None:
    """What is not there, and what is no section of keys, is refused in words."""
    with pytest.raises(Unfit, match="there is no x in devices"):
        form_of(schema, riverside, "devices", "x")
    with pytest.raises(Unfit, match="there is no section nothing"):
        form_of(schema, riverside, "nothing")
    with pytest.raises(Unfit, match="can only be edited as text"):
        form_of(schema, riverside, "calendar", "holidays")


def test_what_does_not_fit_its_field_is_a_text(schema: Mapping[str, Any]) -> None:
    """A file that is wrong can be opened: what has the wrong shape is shown as it stands."""
    document = parse("buildings: [{id: b1, name: [x], units: 5, floors: 3}]", "f")
    fields = _by_name(form_of(schema, document, "buildings", "b1"))
    assert (fields["name"].kind, fields["name"].value) == ("yaml", "- x")
    assert fields["units"].value == "5"
