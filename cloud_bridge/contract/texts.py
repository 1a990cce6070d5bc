"""The text of every generated document of the contract."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import StringIO

from ruamel.yaml import YAML

from cloud_bridge.contract.asyncapi import asyncapi
from cloud_bridge.contract.schemas import event_schemas, other_schemas
from cloud_bridge.wire import TYPES

WIDTH = 100


def contract_files() -> Mapping[str, str]:
    """The text of every generated document by its path in the folder; always the same."""
    texts = {f"events/{name}.json": _json(schema) for name, schema in event_schemas()}
    texts |= {f"{name}.json": _json(schema) for name, schema in other_schemas()}
    texts["asyncapi.yaml"] = _yaml(asyncapi(list(TYPES)))
    return texts


def _json(tree: object) -> str:
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


def _yaml(tree: object) -> str:
    writer = YAML()
    writer.width = WIDTH
    writer.indent(mapping=2, sequence=4, offset=2)
    text = StringIO()
    writer.dump(tree, text)
    return text.getvalue()
