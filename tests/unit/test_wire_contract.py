"""The documents of the contract: as the types say, and true of what is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from cloud_bridge.contract import contract_files, write_contract
from cloud_bridge.contract.examples import example_events, narrator
from cloud_bridge.wire import TYPES, type_of

DOCUMENTS = Path(__file__).parents[2] / "docs" / "contract"
SCHEMAS = [name for name in contract_files() if name.endswith(".json")]


def schema(name: str) -> dict[str, Any]:
    """A schema as it lies in the repository."""
    document: dict[str, Any] = json.loads((DOCUMENTS / name).read_text("utf-8"))
    return document


def test_documents_are_what_the_types_say() -> None:
    """Generated again they are the same; `whistle schema contract docs/contract` renews them."""
    there = {
        path.relative_to(DOCUMENTS).as_posix(): path.read_text("utf-8")
        for path in DOCUMENTS.rglob("*")
        if path.suffix in {".json", ".yaml"}
    }
    assert there == dict(contract_files())


def test_writing_removes_what_is_no_more(tmp_path: Path) -> None:
    """A type that left the contract leaves no schema behind."""
    (tmp_path / "events").mkdir()
    old = tmp_path / "events" / "community.old.thing.v1.json"
    old.write_text("{}")
    written = write_contract(tmp_path)
    assert not old.exists()
    assert all(path.exists() for path in written)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_is_one_and_its_examples_fit(name: str) -> None:
    """Each schema is valid, names what it is, and takes its own example."""
    document = schema(name)
    Draft202012Validator.check_schema(document)
    for example in document["examples"]:
        Draft202012Validator(document).validate(example)


@pytest.mark.parametrize("kept", example_events(), ids=lambda kept: type_of(kept.event))
def test_what_is_sent_fits_its_schema_and_no_other_type(kept: Any) -> None:
    """The bytes fit the schema of their type; under another type's name they do not."""
    sent = json.loads(narrator().encode(kept))
    own = Draft202012Validator(schema(f"events/{sent['type']}.json"))
    own.validate(sent)
    assert not own.is_valid(sent | {"type": "community.other.thing.v1"})
    assert not own.is_valid({key: value for key, value in sent.items() if key != "id"})


def test_asyncapi_refers_to_what_exists() -> None:
    """Every reference leads to a message or to a schema in the folder."""
    document = YAML(typ="safe").load((DOCUMENTS / "asyncapi.yaml").read_text("utf-8"))
    assert document["asyncapi"] == "3.0.0"
    messages = document["components"]["messages"]
    names = {message["name"] for message in messages.values()}
    assert set(TYPES) <= names
    for reference in references(document):
        if reference.startswith("./"):
            assert (DOCUMENTS / reference).exists(), reference
        else:
            section, *path = reference.removeprefix("#/").split("/")
            found = document[section]
            for step in path:
                found = found[step]
            assert found


def references(tree: Any) -> list[str]:
    """All `$ref` in a tree."""
    if isinstance(tree, dict):
        own = [tree["$ref"]] if "$ref" in tree else []
        return own + [ref for value in tree.values() for ref in references(value)]
    if isinstance(tree, list):
        return [ref for value in tree for ref in references(value)]
    return []
