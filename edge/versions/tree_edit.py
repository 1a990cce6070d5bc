"""A tree's change as the fewest cuts in the text that it was read from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from edge.files.problems import config_error
from edge.files.yaml_file import Document, Steps, Tree, parse, parse_nodes
from edge.files.yaml_spans import Pair, Span, spans
from edge.versions.files import Unfit
from edge.versions.layout import tangled
from edge.versions.splices import Cutter, Splice, spliced
from edge.versions.writing import ITEM, Names


def same(one: Tree, other: Tree) -> bool:
    """Whether two trees say the same; 1 and true and 1.0 are three things."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


def alike(one: Tree, other: Tree) -> bool:
    """Whether two trees say the same, whatever the order of their keys."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    return type(one) is type(other) and one == other


def with_value(tree: Tree, steps: Steps, value: Tree) -> Tree:
    """The tree with something else at the end of the steps; what leads there is made."""
    if not steps:
        return value
    first, *rest = steps
    if isinstance(first, int):
        items = [*tree] if isinstance(tree, list) else []
        inner = with_value(items[first] if first < len(items) else None, tuple(rest), value)
        return [*items[:first], inner, *items[first + 1 :]]
    pairs = dict(tree) if isinstance(tree, dict) else {}
    return {**pairs, first: with_value(pairs.get(first), tuple(rest), value)}


def without(tree: Tree, steps: Steps) -> Tree:
    """The tree without what stands at the end of the steps."""
    first, *rest = steps
    if isinstance(first, int) and isinstance(tree, list):
        inner = [without(tree[first], tuple(rest))] if rest else []
        return [*tree[:first], *inner, *tree[first + 1 :]]
    if isinstance(tree, dict):
        kept = {key: each for key, each in tree.items() if rest or key != first}
        return {k: without(v, tuple(rest)) if k == first else v for k, v in kept.items()}
    return tree


class TreeEdit:
    """One text, its tree, and the cuts that lead to another tree."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.document, self.root, self.cutter = _laid_out(text)
        self.tree = self.document.tree

    def made(self, splices: Sequence[Splice], tree: Tree) -> str:
        """The text after the cuts; `Unfit` unless it says exactly what it is meant to say."""
        text = spliced(self.text, splices)
        document = parse(text, "site.yaml") if splices else self.document
        if document.problems or not alike(document.tree, tree):
            raise tangled()
        return text

    def set(self, steps: Steps, value: Tree) -> str:
        """Put a value there: what is the same in both stays, or else the whole is written anew."""
        tree = with_value(self.tree, steps, value)
        try:
            return self.made(self._set(steps, value), tree)
        except Unfit:
            return self.made(self._whole(steps, value), tree)

    def add(self, steps: Steps, value: Tree, before: int | None) -> str:
        """Put an item into the list there, which has others."""
        holder = self.there(steps)
        items = self.document.at(steps)
        at = self.document.size(steps) if before is None else before
        whole = [*items[:at], value, *items[at:]] if isinstance(items, list) else [value]
        splice = self.cutter.add_item(holder, value, names_of(steps), before)
        return self.made([splice], with_value(self.tree, steps, whole))

    def drop(self, steps: Steps) -> str:
        """Take out what stands there; an empty list stays where its last item goes."""
        *before, last = steps
        holder, above = self.there(tuple(before)), tuple(before)
        tree = without(self.tree, steps)
        if len(holder.items) + len(holder.pairs) > 1:
            cut = (
                self.cutter.drop_item(holder, last)
                if isinstance(last, int)
                else self.cutter.drop(holder, last)
            )
            return self.made([cut], tree)
        if not above or not isinstance(above[-1], str):
            raise tangled()
        if holder.kind == "list":
            return self.made(self.cutter.empty(self.pair(above)), tree)
        return self.set(above, {})

    def _set(self, steps: Steps, value: Tree) -> list[Splice]:
        if self.root.at(steps) is not None:
            return self._change(steps, value)
        *before, last = steps
        above = tuple(before)
        holder = self.root.at(above)
        if holder is None:
            return self._set(above, with_value(None, (last,), value))
        if not isinstance(last, str) or isinstance(self.document.at(above), list):
            raise tangled()
        if not holder.pairs:
            return self._whole(above, {last: value})
        return [self.cutter.add(holder, last, value, names_of(above), "")]

    def _change(self, steps: Steps, value: Tree) -> list[Splice]:
        """The cuts for a value that is there already; none where it says the same."""
        old, node = self.document.at(steps), self.there(steps)
        if same(old, value):
            return []
        if node.alias:
            raise tangled()
        if isinstance(value, dict) and value and node.pairs:
            return self._change_keys(steps, node, value)
        if isinstance(value, list) and isinstance(old, list):
            cuts = self._change_items(steps, node, old, value)
            if cuts is not None:
                return cuts
        return self._whole(steps, value)

    def _change_keys(self, steps: Steps, node: Span, value: dict[str, Tree]) -> list[Splice]:
        cuts: list[Splice] = []
        before = ""
        for key, inner in value.items():
            if node.pair(key):
                before = key
                cuts += self._change((*steps, key), inner)
            else:
                cuts.append(self.cutter.add(node, key, inner, names_of(steps), before))
        cuts += [self.cutter.drop(node, each.key) for each in node.pairs if each.key not in value]
        return cuts

    def _change_items(
        self, steps: Steps, node: Span, old: list[Tree], new: list[Tree]
    ) -> list[Splice] | None:
        """Item by item, where they have ids and only some went or came at the end."""
        was, now = _ids(old), _ids(new)
        kept = [each for each in was if each in now]
        if not kept or now[: len(kept)] != kept:
            return None
        cuts: list[Splice] = []
        for number, own in enumerate(was):
            if own in kept:
                cuts += self._change((*steps, number), new[now.index(own)])
            else:
                cuts.append(self.cutter.drop_item(node, number))
        added = new[len(kept) :]
        return [*cuts, *(self.cutter.add_item(node, v, names_of(steps), None) for v in added)]

    def _whole(self, steps: Steps, value: Tree) -> list[Splice]:
        """Write a value anew, whatever was there."""
        *before, last = steps or ("",)
        above = tuple(before)
        holder = self.root.at(above)
        if holder is None or not steps or self.root.at(steps) is None:
            raise tangled()
        if isinstance(last, int):
            return [self.cutter.replace_item(holder, last, value, names_of(above))]
        held = self.pair(steps)
        return self.cutter.replace(held, value, names_of(steps), in_flow=holder.flow)

    def pair(self, steps: Steps) -> Pair:
        """The key there with its value; `Unfit` where none is."""
        holder = self.there(steps[:-1])
        found = holder.pair(str(steps[-1]))
        if found is None:
            raise tangled()
        return found

    def there(self, steps: Steps) -> Span:
        """The node there; `Unfit` where none is."""
        found = self.root.at(steps)
        if found is None:
            raise tangled()
        return found


@lru_cache(maxsize=2)
def _laid_out(text: str) -> tuple[Document, Span, Cutter]:
    """What a text says and where; a change asks for it several times, before and after it."""
    document, root = parse_nodes(text, "site.yaml")
    if document.problems:
        raise config_error(document.problems, "zh")
    whole = spans(text, root)
    return document, whole, Cutter(text, whole)


def names_of(steps: Steps) -> Names:
    """The keys on the way, any place in a list as one."""
    return tuple(ITEM if isinstance(step, int) else step for step in steps)


def _ids(items: Sequence[Tree]) -> list[str]:
    """Every item's id; none at all where one has none or two have the same."""
    ids = [each.get("id") if isinstance(each, dict) else None for each in items]
    found = [own for own in ids if isinstance(own, str)]
    return found if len(set(found)) == len(items) else []
