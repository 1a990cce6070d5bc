"""The bill of materials: all that a lock installs, in a form that tools read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from typing import Any

import jsonschema

from tests.source_tree import ROOT

TEXT = {"type": "string", "minLength": 1}
HASHED = {
    "type": "object",
    "properties": {"alg": {"const": "SHA-256"}, "content": {"pattern": "^[0-9a-f]{64}$"}},
    "required": ["alg", "content"],
    "additionalProperties": False,
}
LICENCE = {
    "type": "array",
    "minItems": 1,
    "items": {
        "oneOf": [
            {"required": ["expression"], "properties": {"expression": TEXT}},
            {"required": ["license"], "properties": {"license": {"minProperties": 1}}},
        ]
    },
}
FILES = {
    "type": "object",
    "required": ["type", "url", "hashes"],
    "properties": {
        "type": {"const": "distribution"},
        "hashes": {"type": "array", "items": HASHED, "minItems": 1, "uniqueItems": True},
    },
}
COMPONENT = {
    "type": "object",
    "required": ["type", "bom-ref", "name", "version", "purl", "externalReferences"],
    "properties": {
        "type": {"const": "library"},
        "purl": {"pattern": "^pkg:pypi/[a-z0-9.-]+@[^@]+$"},
        "licenses": LICENCE,
        "externalReferences": {"type": "array", "items": FILES, "minItems": 1},
    },
    "additionalProperties": {"type": "string"},
}
SHAPE = {
    "type": "object",
    "required": ["bomFormat", "specVersion", "serialNumber", "version", "metadata", "components"],
    "properties": {
        "bomFormat": {"const": "CycloneDX"},
        "specVersion": {"const": "1.6"},
        "serialNumber": {"pattern": "^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
        "version": {"const": 1},
        "components": {"type": "array", "items": COMPONENT, "minItems": 1},
    },
}
"""What of CycloneDX 1.6 is used here."""


@cache
def printed(lock: str = "run", chance: str = "0") -> str:
    """What the script prints for a lock."""
    script = str(ROOT / "scripts" / "sbom")
    command = [sys.executable, script, "--lock", f"requirements/{lock}.txt"]
    env = os.environ | {"SOURCE_DATE_EPOCH": "1772353815", "PYTHONHASHSEED": chance}
    return subprocess.check_output(command, cwd=ROOT, env=env, text=True)


def bill() -> dict[str, Any]:
    """The bill of what the product runs with."""
    read: dict[str, Any] = json.loads(printed())
    return read


def test_it_has_the_shape_of_the_standard() -> None:
    """Every component has its name, version, identity and the hashes of its files."""
    jsonschema.Draft202012Validator(SHAPE).validate(bill())
    refs = [each["bom-ref"] for each in bill()["components"]]
    assert len(refs) == len(set(refs))


def test_it_lists_what_is_installed_and_by_which_hash() -> None:
    """No more and no less than the lock, each with all of its hashes."""
    lock = (ROOT / "requirements" / "run.txt").read_text("ascii")
    pinned = re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", lock, re.MULTILINE)
    listed = [(each["name"], each["version"]) for each in bill()["components"]]
    assert sorted(listed) == sorted(pinned)
    held = [
        entry["content"]
        for each in bill()["components"]
        for files in each["externalReferences"]
        for entry in files["hashes"]
    ]
    assert sorted(held) == sorted(re.findall(r"--hash=sha256:([0-9a-f]{64})", lock))


def test_it_says_what_we_need_ourselves_and_under_which_licence() -> None:
    """The direct dependencies hang on the product; nearly every package tells its licence."""
    [own] = bill()["dependencies"]
    assert own["ref"] == bill()["metadata"]["component"]["bom-ref"]
    assert any(each.startswith("pkg:pypi/paho-mqtt@") for each in own["dependsOn"])
    silent = [each["name"] for each in bill()["components"] if "licenses" not in each]
    assert len(silent) < len(bill()["components"]) / 10, silent


def test_the_same_tree_has_the_same_bill() -> None:
    """Byte for byte, whatever order a set has; another lock has another number."""
    assert printed(chance="1") == printed(chance="2") == printed()
    assert json.loads(printed("build"))["serialNumber"] != bill()["serialNumber"]
