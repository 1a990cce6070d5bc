"""What a configuration from the platform may not touch: who rules the gateway, and from where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from edge.errors import Problem
from edge.files.problems import Problems
from edge.files.yaml_file import Document, Steps, parse
from edge.model import Text
from edge.versions.files import Files
from edge.versions.naming import named

AT_THE_SITE: Final = (
    "commands",
    "page",
    "gateway",
    "uplinks",
    "series",
    "updates",
)
"""Who may command, and whether at all; who may come in; the way to the platform, without which
nothing could be taken back from afar; where readings go, and releases come from. A stolen key must
not change them."""

_AT_THE_SITE: Final = Text("这一节只能在现场改", "this section is changed at the site alone")
_AS_IT_IS: Final = Text("照网关现在的写", "write it as the gateway has it")


def forbidden(candidate: Files, present: Files) -> list[Problem]:
    """Return what in a candidate may not come from afar, compared with what is there."""
    new, old = (parse(each.text(), each.site) for each in (candidate, present))
    problems = Problems()
    for steps in _changed(new, old):
        problems.add(new, steps, _AT_THE_SITE, _AS_IT_IS)
    known = named(present.text(), present.site).others
    for name, steps in named(candidate.text(), candidate.site).others.items():
        if name not in known:
            what = Text(f"{name} 现在没有用到", f"{name} is not used now")
            remedy = Text("密钥和密码文件在现场放好", "files of keys are put in place at the site")
            problems.add(new, steps, what, remedy)
    return problems.found


def _changed(new: Document, old: Document) -> Iterator[Steps]:
    for section in AT_THE_SITE:
        if _told(new, section) != _told(old, section):
            yield (section,)
    if new.at(("site", "id")) != old.at(("site", "id")):
        yield ("site", "id")


def _told(document: Document, section: str) -> object:
    tree = document.tree
    return tree.get(section) if isinstance(tree, dict) else None
