"""Where each node of a YAML text begins and ends, for changing a part and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from edge.files.yaml_file import Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A key with its value; `colon` is the place behind the colon."""

    key: str
    start: int
    colon: int
    value: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A node from its first letter to behind its last; comments after it are not in it.

    `flow` is what stands in brackets. A value that is not written at all is as long as nothing,
    right behind its colon. `alias` is one that is written somewhere else.
    """

    kind: Literal["scalar", "list", "mapping"]
    start: int
    end: int
    flow: bool = False
    alias: bool = False
    items: tuple[Span, ...] = ()
    pairs: tuple[Pair, ...] = ()

    def pair(self, key: str) -> Pair | None:
        """The pair of that key."""
        return next((each for each in self.pairs if each.key == key), None)

    def at(self, steps: Steps) -> Span | None:
        """The node there, or none."""
        node: Span | None = self
        for step in steps:
            if node is None:
                return None
            if isinstance(step, int):
                node = node.items[step] if step < len(node.items) else None
            else:
                pair = node.pair(step)
                node = pair.value if pair else None
        return node


def spans(text: str, root: Node | None) -> Span:
    """The nodes of a text, from what `parse_nodes` has read it as."""
    return _Walk(text).span(root, -1) if root else Span(kind="scalar", start=0, end=0)


class _Walk:
    """Goes through the composed nodes once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen: set[int] = set()

    def span(self, node: Node, colon: int) -> Span:
        """The span of a node; of one that is not written it is the place of the colon."""
        start, end = int(node.start_mark.index), int(node.end_mark.index)
        if id(node) in self._seen:
            return Span(kind="scalar", start=start, end=end, alias=True)
        self._seen.add(id(node))
        flow = bool(getattr(node, "flow_style", False))
        if isinstance(node, MappingNode):
            pairs = tuple(self._pair(key, value) for key, value in node.value)
            end = end if flow else pairs[-1].value.end if pairs else start
            return Span(kind="mapping", start=start, end=end, flow=flow, pairs=pairs)
        if isinstance(node, SequenceNode):
            items = tuple(self.span(item, -1) for item in node.value)
            end = end if flow else items[-1].end if items else start
            return Span(kind="list", start=start, end=end, flow=flow, items=items)
        if start == end and colon >= 0:
            start = end = colon
        elif isinstance(node, ScalarNode) and node.style in {"|", ">"}:
            end = self._block_end(start, end)
        return Span(kind="scalar", start=start, end=end)

    def _pair(self, key: Node, value: Node) -> Pair:
        start, end = int(key.start_mark.index), int(key.end_mark.index)
        colon = self._text.find(":", end) + 1
        return Pair(
            key=str(key.value),
            start=start,
            colon=colon or end,
            value=self.span(value, colon or end),
        )

    def _block_end(self, start: int, end: int) -> int:
        """Blank lines after a text in lines are its own only where it says so with a `+`."""
        written = self._text[start:end]
        header = written.splitlines()[0].partition("#")[0]
        return end if "+" in header else start + len(written.rstrip())
