"""Templates, compiled: once in a process, off the event loop, before they are wanted there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import CodeType
from typing import Final

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from jinja2.meta import find_referenced_templates

from edge.api.ui.bundle import TEMPLATES
from edge.api.words import Language


class Compiled(BytecodeCache):
    """Remembers what was compiled; of one language, as constants are folded into it."""

    def __init__(self) -> None:
        self._code: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take it, where the template is the same."""
        checksum, code = self._code.get(bucket.key, ("", None))
        if code is not None and checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it."""
        if bucket.code is not None:
            self._code[bucket.key] = bucket.checksum, bucket.code


COMPILED: Final[Mapping[Language, Compiled]] = {"zh": Compiled(), "en": Compiled()}


def load_all(environment: Environment, names: Iterable[str]) -> None:
    """Compile these templates, and whatever they are made of."""
    waiting, done = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in done:
            done.add(name)
            environment.get_template(name)
            if name not in _MADE_OF:
                named = find_referenced_templates(environment.parse(TEMPLATES[name]))
                _MADE_OF[name] = tuple(each for each in named if each is not None)
            waiting += _MADE_OF[name]


_MADE_OF: Final[dict[str, tuple[str, ...]]] = {}
"""What each template names; templates do not change while the process lives."""
