"""Edits of any site file: outside what is edited, every byte stays."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.files.yaml_file import Tree, parse
from edge.versions.edits import drop_item, item_text, put_item, put_item_text, put_value
from edge.versions.tree_edit import alike

NAMES = ("a1", "b-2", "c3", "d4")

BODIES = (
    "  - id: {id}\n    name: {{zh: 一, en: 'One, two'}}\n",
    "  - id: {id}   # 行尾 comment: {{[\n    when:\n      all:\n        - {{p: 1}}\n        - x\n",
    '  - {{id: {id}, n: [1, 2,], t: "a # b"}}   # c\n',
    "  -\n    id: {id}\n    text: |\n      two\n      lines # no comment\n",
    "  - id: {id}\n    text: >-\n      folded\n\n      text\n\n    more: ~\n",
    "  - # first\n    id: {id}\n    \"q: k\": 'it''s'\n    plain: of\n      two lines\n",
    "  - id: {id}\n    list:\n    - 1\n    - {{a: b}}\n    # tail of it\n",
    "  - &{id} {{id: {id}}}\n",
)
HEADS = ("", "  # about the next\n", "  # two\n  # lines - with: signs\n")
BEFORE = ("", "# top\nsite: {id: x}\n\n", "%YAML 1.2\n---\nsite:\n  id: x\n")
AFTER = ("", "z: 1\n", "\n# the next section\nz:\n  - y\n", "# end\n...\n")
BREAKS = ("\n", "\r\n")
KEY = ("s:\n", "s:   # all of them\n", '"s":\n  # heading\n\n')

values: st.SearchStrategy[Tree] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=12)
    | st.sampled_from(
        [
            "no",
            "1e3",
            "0x1F",
            "12:30",
            "2026-10-01",
            "- a",
            "a: b",
            "a #b",
            "{x}",
            "*.fire",
            "\u3000",
            "~",
            "'",
            '"',
        ]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["k", "on", "1", "q r", "#"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@dataclass(frozen=True)
class Made:
    """A file in its parts; each item with the comments over it."""

    before: str
    items: tuple[tuple[str, str], ...]
    after: str

    @property
    def text(self) -> str:
        """The whole file."""
        return self.before + "".join(map("".join, self.items)) + self.after

    def around(self, number: int) -> tuple[str, str]:
        """What stands before and behind an item and its comments."""
        parts = list(map("".join, self.items))
        return self.before + "".join(parts[:number]), "".join(parts[number + 1 :]) + self.after


@st.composite
def files(draw: st.DrawFn) -> Made:
    """A file with a list of items in whatever way they are written."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    line_end = draw(st.sampled_from(BREAKS))

    def ended(text: str) -> str:
        return text.replace("\n", line_end)

    items = tuple(
        (
            ended(draw(st.sampled_from(HEADS))),
            ended(draw(st.sampled_from(BODIES)).format(id=name)),
        )
        for name in names
    )
    before = ended(draw(st.sampled_from(BEFORE)) + draw(st.sampled_from(KEY)))
    made = Made(before, items, ended(draw(st.sampled_from(AFTER))))
    head, body = items[-1]
    if not made.after and "|" not in body and draw(st.booleans()):
        made = Made(before, (*items[:-1], (head, body.removesuffix(line_end))), "")
    return made


def _ids(text: str) -> list[Tree]:
    tree = parse(text, "f").tree
    assert isinstance(tree, dict)
    held = tree["s"]
    assert isinstance(held, list)
    return [each["id"] if isinstance(each, dict) else None for each in held]


@settings(max_examples=60, deadline=None)
@given(files(), st.data())
def test_drop(made: Made, data: st.DataObject) -> None:
    """Without an item, and what is said over it, the file is what is left."""
    number = data.draw(st.integers(0, len(made.items) - 1))
    own = _ids(made.text)[number]
    new = drop_item(made.text, "s", str(own))
    before, behind = made.around(number)
    if len(made.items) > 1:
        assert new == before + behind
        return
    assert new.endswith(behind)
    assert new.replace(" []", "", 1) == before + behind


@settings(max_examples=60, deadline=None)
@given(files(), values)
def test_add(made: Made, value: Tree) -> None:
    """A new item is put in somewhere, and nothing else is touched."""
    item: dict[str, Tree] = {"id": "new", "value": value}
    new = put_item(made.text, "s", "new", item)
    at = next(n for n in range(len(made.text) + 1) if new[: n + 1] != made.text[: n + 1])
    assert new[len(new) - len(made.text) + at :] == made.text[at:]
    assert _ids(new) == [*_ids(made.text), "new"]
    assert len(made.before) < at + 2 <= len(made.text) - len(made.after) + 2 or at == len(made.text)


@settings(max_examples=60, deadline=None)
@given(files(), values, st.data())
def test_change(made: Made, value: Tree, data: st.DataObject) -> None:
    """An item that changes is another item; all around it, comments over it too, is the same."""
    number = data.draw(st.integers(0, len(made.items) - 1))
    own = str(_ids(made.text)[number])
    new = put_item(made.text, "s", own, {"id": own, "value": value})
    before, behind = made.around(number)
    head, _ = made.items[number]
    assert new.startswith(before + head)
    assert new.endswith(behind)
    document = parse(new, "f")
    assert not document.problems
    assert alike(document.at(("s", number)), {"id": own, "value": value})


@settings(max_examples=60, deadline=None)
@given(files(), st.data())
def test_text_of_an_item(made: Made, data: st.DataObject) -> None:
    """An item's text means the same alone; put into another's place it means it there."""
    number = data.draw(st.integers(0, len(made.items) - 1))
    own = str(_ids(made.text)[number])
    text = item_text(made.text, "s", own)
    item = parse(text, "f").tree
    assert alike(item, parse(made.text, "f").at(("s", number)))
    assert put_item_text(made.text, "s", own, text) == made.text
    other = "id: other\nwhen:   # c\n  - {a: 1}\n  - b\n"
    new = put_item_text(made.text, "s", own, other)
    before, behind = made.around(number)
    assert new.startswith(before + made.items[number][0])
    assert new.endswith(behind)
    assert item_text(new, "s", "other").startswith("id: other\nwhen:   # c\n")


@settings(max_examples=150, deadline=None)
@given(
    values,
    st.sampled_from(["z: 1\n", "a: {}\n", "a: {b: 1}\r\n", "{a: {c: 1}}", "a:\n  b:\n    - 1\n"]),
)
def test_any_value(value: Tree, text: str) -> None:
    """Whatever is put there is read again as it was, and quoted where it has to be."""
    new = put_value(text, ("a", "b"), value)
    assert alike(parse(new, "f").at(("a", "b")), value)
