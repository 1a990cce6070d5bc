"""The JSON Schemas for editors agree with what is loaded, and with their printed copies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from edge.config.json_schema import profile_schema, schema_text, site_schema
from edge.drivers import KINDS
from edge.files.yaml_file import parse
from edge.profiles import Profiles, shipped

ROOT = Path(__file__).parent.parent.parent
GOOD = ROOT / "tests" / "cases" / "good"


def _tree(path: Path) -> Any:
    return parse(path.read_text(encoding="utf-8"), path.name).tree


@pytest.mark.parametrize("which", ["site", "profile"])
def test_printed_copy(which: Any) -> None:
    """`docs/schema` is what `whistle schema` prints."""
    printed = (ROOT / "docs" / "schema" / f"{which}.schema.json").read_text(encoding="utf-8")
    assert json.loads(printed) == json.loads(schema_text(which))


def test_schemas_are_schemas() -> None:
    """Both are valid JSON Schema 2020-12."""
    Draft202012Validator.check_schema(site_schema())
    Draft202012Validator.check_schema(profile_schema())


def test_good_site() -> None:
    """What is loaded is also what the editor accepts."""
    Draft202012Validator(site_schema()).validate(_tree(GOOD / "site.yaml"))


@pytest.mark.parametrize(
    "case", ["unknown_key", "unknown_section", "port_out_of_range", "unknown_driver", "alarm_lane"]
)
def test_broken_site(case: str) -> None:
    """What is refused for its shape is also underlined by the editor."""
    tree = _tree(GOOD.parent / "broken" / case / "site.yaml")
    assert not Draft202012Validator(site_schema()).is_valid(tree)


@pytest.mark.parametrize("profile", Profiles().ids())
def test_shipped_profile(profile: str) -> None:
    """Every shipped profile loads, and the editor accepts it."""
    assert Profiles().get(profile).driver in KINDS
    Draft202012Validator(profile_schema()).validate(_tree(shipped() / f"{profile}.yaml"))


def test_every_driver_is_in_it() -> None:
    """Each driver's section, address and profile can be looked up by the editor."""
    sites, profiles = site_schema()["$defs"], profile_schema()["$defs"]
    for kind in KINDS.values():
        assert sites[kind.section.__name__]["properties"]["driver"]["const"] == kind.name
        assert kind.address.__name__ in sites
        assert profiles[kind.profile.__name__]["properties"]["driver"]["const"] == kind.name


def test_durations_are_written_as_people_do() -> None:
    """A default is shown as the file would say it."""
    issue = site_schema()["$defs"]["IssueSection"]["properties"]
    assert issue["respond_within"]["default"] == "10min"
    assert issue["resolve_within"]["default"] == "1d"
