"""JSON Schemas of the site file and of profiles, for editors."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from edge.config.whole_file import SiteFile
from edge.driver import Kinds
from edge.drivers import KINDS
from edge.duration import format_duration
from edge.rules.catalogue import CATALOGUE

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class _Generator(GenerateJsonSchema):
    """Writes a default as a person would: a duration as 10min."""

    def encode_default(self, dft: Any) -> Any:
        """Turn a default into what the file would say."""
        return format_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def site_schema(kinds: Kinds = KINDS) -> dict[str, Any]:
    """What a site file may say, each driver's links and addresses included."""
    sections = [kind.section for kind in kinds.values()]
    addresses = [kind.address for kind in kinds.values()]
    options = {rule.name: rule.section for rule in CATALOGUE}
    definitions = _definitions([SiteFile, *sections, *addresses, *options.values()])
    site = definitions["SiteFile"]
    site["properties"]["links"]["items"] = _one_of(sections)
    watch = site["properties"]["watch"]
    watch["additionalProperties"] = False
    watch["properties"] = {name: _reference(section) for name, section in options.items()}
    device = definitions["DeviceSection"]["properties"]
    device["address"] = {
        "anyOf": [_reference(address) for address in addresses],
        "description": "Where the device is found on its link; what the link's driver wants.",
    }
    return {
        "$schema": _DIALECT,
        "title": "Whistle site file",
        "$ref": "#/$defs/SiteFile",
        "$defs": definitions,
    }


def profile_schema(kinds: Kinds = KINDS) -> dict[str, Any]:
    """What a profile may say, by its driver; or what it changes in the one it extends."""
    profiles = [kind.profile for kind in kinds.values()]
    change = {
        "type": "object",
        "required": ["extends"],
        "properties": {
            "extends": {
                "type": "string",
                "description": "The profile that this one changes, such as lifts/ba_box.",
            }
        },
    }
    return {
        "$schema": _DIALECT,
        "title": "Whistle profile",
        "anyOf": [_one_of(profiles), change],
        "$defs": _definitions(profiles),
    }


def schema_text(which: Literal["site", "profile"]) -> str:
    """The schema as it is printed and kept in `docs/schema`."""
    schema = site_schema() if which == "site" else profile_schema()
    return json.dumps(schema, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _definitions(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    _, schema = models_json_schema(
        [(model, "validation") for model in models], by_alias=True, schema_generator=_Generator
    )
    definitions: dict[str, Any] = schema["$defs"]
    return definitions


def _one_of(models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    return {"oneOf": [_reference(model) for model in models]}


def _reference(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/$defs/{model.__name__}"}
