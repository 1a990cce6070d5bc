"""YAML without a mistake, read by libyaml: several times as fast as who explains mistakes."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from yaml.composer import Composer
from yaml.cyaml import CParser  # type: ignore[attr-defined] # the stubs forget it

FastNode: TypeAlias = yaml.nodes.Node

_KINDS: Final = {
    yaml.ScalarNode: ScalarNode,
    yaml.SequenceNode: SequenceNode,
    yaml.MappingNode: MappingNode,
}

_UNLIKE: Final = ("\t", "\n%", "\r%", "!", "...", "\ufeff", "\x85", "\u2028", "\u2029")
"""Where the two parsers may differ: tabs, directives, tags, ends, marks of order, old breaks."""


class _Unusual(Exception):
    """Something whose place the other parser tells otherwise."""


class _Parser(Composer, CParser):
    """libyaml's events, composed with the tags that YAML 1.2 gives.

    Composed in Python, whose stack ends with an error: in C brackets without end are a crash.
    """

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        Composer.__init__(self)
        self._resolver = YAML(typ="safe", pure=True).resolver
        self._known: dict[tuple[type, str | None, tuple[bool, bool]], str] = {}

    def resolve(self, kind: type, value: Any, implicit: Any) -> str:
        """Return the tag of what has none of its own; the same words come again and again."""
        asked = kind, value, implicit
        tag = self._known.get(asked)
        if tag is None:
            if kind is yaml.ScalarNode and not value:
                raise _Unusual
            tag = str(self._resolver.resolve(_KINDS[kind], value, implicit))
            self._known[asked] = tag
        return tag

    def descend_resolver(self, *_: Any) -> None:
        """No path has a tag of its own."""

    def ascend_resolver(self) -> None:
        """No path has a tag of its own."""


def compose_fast(text: str) -> FastNode | None:
    """Return the node at the top; none where the slow parser has to look, or for an empty text."""
    begun = f"\n{text}"
    if any(each in begun for each in _UNLIKE):
        return None
    try:
        root: FastNode | None = _Parser(text).get_single_node()
    except (yaml.YAMLError, _Unusual, UnicodeError, RecursionError, ValueError, OverflowError):
        return None
    return root
