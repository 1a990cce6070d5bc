"""Whether what the site file says of its network fits the links it has."""

from __future__ import annotations

from typing import Final

from edge.config.site_checks import check_reference, ids_of
from edge.files.problems import Problems
from edge.files.yaml_file import Document, Steps
from edge.model import Text

_HERE: Final[Steps] = ("watch", "offline", "behind")


def check_network(document: Document, problems: Problems) -> None:
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
