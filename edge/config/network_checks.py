"""Whether what the site file says of its network fits the links it has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from edge.config.site_checks import check_reference, ids_of
from edge.files.problems import Problems
from edge.files.yaml_file import Document, Steps, Tree
from edge.model import Text

_HERE: Final[Steps] = ("watch", "offline", "behind")

_WITH_MORE: Final = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?([^\s:/@]+)(?::([0-9]{1,5}))?/?$")
"""An address as it is copied from elsewhere: `10.0.0.5:502`, `mqtt://broker.example`."""


def check_network(document: Document, problems: Problems) -> None:
    """Hosts are hosts and nothing more; two links to one address are looked at; `behind` fits."""
    for steps, host in _hosts(document.tree, ()):
        _check_host(document, steps, host, problems)
    _check_twins(document, problems)
    _check_behind(document, problems)


def _hosts(node: Tree, steps: Steps) -> Iterator[tuple[Steps, str]]:
    """Yield each `host` that is written anywhere."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "host" and isinstance(value, str):
                yield (*steps, key), value
            yield from _hosts(value, (*steps, key))
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from _hosts(item, (*steps, index))


def _check_host(document: Document, steps: Steps, host: str, problems: Problems) -> None:
    found = _WITH_MORE.match(host)
    if found is None or found[0] == found[1]:
        return
    what = Text(f"{host[:40]} 不只是主机", f"{host[:40]} is more than a host")
    right = f"host: {found[1]}" + (f", port: {found[2]}" if found[2] else "")
    problems.add(document, steps, what, Text(f"写成 {right}", f"write {right}"))


def _check_twins(document: Document, problems: Problems) -> None:
    """Warn of two links that call one address: most boxes take one connection."""
    first: dict[tuple[str, str], int] = {}
    for index in range(document.size(("links",))):
        steps: Steps = ("links", index, "transport")
        host, port = document.at((*steps, "host")), document.at((*steps, "port"))
        if not isinstance(host, str):
            continue
        line = first.setdefault((host, str(port)), document.mark(steps).line)
        if line != document.mark(steps).line:
            what = Text(f"与第 {line} 行的链路地址相同", f"the link in line {line} calls it too")
            remedy = Text(
                "把设备写在同一条链路上，或改正地址",
                "put the devices on one link, or correct the address",
            )
            problems.warn(document, steps, what, remedy)


def _check_behind(document: Document, problems: Problems) -> None:
    """What links hang on has a name of its own, two links at least, and no link twice."""
    section = document.at(_HERE)
    if not isinstance(section, dict):
        return
    links = ids_of(document, "links").values()
    taken = {*links, *ids_of(document, "devices").values(), *ids_of(document, "buildings").values()}
    behind: dict[str, str] = {}
    for thing in section:
        steps: Steps = (*_HERE, thing)
        if thing in taken:
            what = Text(f"{thing[:40]} 已是别的名字", f"{thing[:40]} is an id already")
            remedy = Text("给它另起一个名字", "give it a name of its own")
            problems.add(document, steps, what, remedy, at="key")
        if document.size(steps) == 1:
            what = Text("其后只有一条链路", "there is only one link behind it")
            remedy = Text(
                "写上其余链路，或删去：链路自有报警",
                "name the others too, or leave it out: a link has an alarm of its own",
            )
            problems.add(document, steps, what, remedy)
        for index in range(document.size(steps)):
            own = document.at((*steps, index))
            if not check_reference(
                document, (*steps, index), Text("链路", "link"), links, problems
            ) or not isinstance(own, str):
                continue
            if own in behind:
                what = Text(f"{own} 已在 {behind[own]} 之后", f"{own} is behind {behind[own]} too")
                remedy = Text("一条链路只写一次", "name each link once")
                problems.add(document, (*steps, index), what, remedy)
            behind.setdefault(own, thing)
