"""An item of a site file as a text of its own: shown, written by a person, put back."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.versions.edits import drop_item, item_text, put_item, put_item_text, shift_problems
from edge.versions.files import Unfit
from edge.versions.versions import Versions
from simulators.demo.stage import SITES
from tests.fakes.small_site import SITE, lay_out
from tests.fakes.time import EPOCH


@pytest.fixture(scope="module")
def riverside() -> str:
    """The shipped site."""
    return Path(str(SITES / "riverside" / "site.yaml")).read_text(encoding="utf-8")


def _changed(old: str, new: str) -> list[str]:
    """The lines that went and came."""
    lines = list(unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm=""))[2:]
    return [line for line in lines if not line.startswith("@@")]


def test_item_as_text(riverside: str) -> None:
    """A rule is shown from the left, with its comments; put back it changes nothing."""
    text = item_text(riverside, "rules", "broken_in_at_night")
    assert text.startswith("id: broken_in_at_night               # 深夜先被拒绝")
    assert "\n    - {during: night}\n" in text
    assert text.endswith("\n  parties: [property, community]\n")
    assert put_item_text(riverside, "rules", "broken_in_at_night", text) == riverside
    sent = text.replace("\n", "\r\n") + "\r\n"
    assert put_item_text(riverside, "rules", "broken_in_at_night", sent) == riverside
    new = put_item_text(riverside, "rules", "broken_in_at_night", text.replace("850", "900 # hm"))
    assert _changed(riverside, new) == ["-      severity: 850", "+      severity: 900 # hm"]


@pytest.mark.parametrize(
    ("text", "item", "new"),
    [
        ("s:\n  - {id: a}   # c\n", "id: a\nb: 1\n", "s:\n  - id: a\n    b: 1   # c\n"),
        ("s:\n  - id: a\n    b: 1\nc: 1\n", "{id: a}", "s:\n  - {id: a}\nc: 1\n"),
        ("s: [{id: a}]\n", "id: a\nb: 1   # gone\n", "s: [{id: a, b: 1}]\n"),
        ("s:\r\n  - id: a\r\n", "id: a\nb: 1", "s:\r\n  - id: a\r\n    b: 1\r\n"),
        ("s:\n  - id: b", "id: a\n\n# c\nb: 1\n", "s:\n  - id: b\n  - id: a\n\n    # c\n    b: 1"),
        ("c: 1\n", "# mine\nid: a\n", "c: 1\ns:\n  - # mine\n    id: a\n"),
    ],
)
def test_item_from_text(text: str, item: str, new: str) -> None:
    """An item as a person wrote it, over one in lines, one in brackets, or as a new one."""
    assert put_item_text(text, "s", "a", item) == new


def test_named_item_from_text() -> None:
    """Schedules are held by name; in brackets on their line, or in lines below it."""
    text = "schedules:\n  night: {from: '22:00', to: '06:00'}   # n\nc: 1\n"
    assert item_text(text, "schedules", "night") == "{from: '22:00', to: '06:00'}\n"
    new = put_item_text(text, "schedules", "night", "from: '23:00'\nto: '06:00'\n")
    assert new == "schedules:\n  night:\n    from: '23:00'\n    to: '06:00'   # n\nc: 1\n"
    assert put_item_text(new, "schedules", "day", "from: '06:00'\nto: '23:00'\n").endswith(
        "    to: '06:00'   # n\n  day:\n    from: '06:00'\n    to: '23:00'\nc: 1\n"
    )


def test_text_that_is_no_yaml(riverside: str) -> None:
    """What a person wrote wrong is told with the lines that the person sees."""
    with pytest.raises(ConfigError) as caught:
        put_item_text(riverside, "rules", "broken_in_at_night", "id: x\nwhen: {a: [}\n")
    assert caught.value.problems[0].line == 2
    with pytest.raises(Unfit, match="write a section of keys"):
        put_item_text(riverside, "rules", "", "- a\n- b\n")


def test_text_cannot_break_out() -> None:
    """A text that would be more than the one item is refused; the rest stays what it is."""
    text = "rules:\n  - id: a\nb: 1\n"
    for item in ("---\nid: a\n", "id: a\n---\nid: b\n", "id: a\n...\n", "%YAML 1.2\n---\nid: a\n"):
        with pytest.raises((Unfit, ConfigError)):
            put_item_text(text, "rules", "a", item)


def test_what_cannot_be_cut() -> None:
    """What is written in two places at once is refused, in both languages, with the file intact."""
    text = "s:\n  - &one {id: a, b: 1}\n  - *one\n"
    with pytest.raises(Unfit, match=r"请直接编辑文件.*edit the file itself"):
        put_item(text, "s", "#1", {"id": "a", "b": 2})
    with pytest.raises(Unfit, match="edit the file itself"):
        drop_item(text, "s", "#1")
    with pytest.raises(Unfit, match="edit the file itself"):  # the comment would be in the text
        put_item_text("s:\n  - {id: a}   # c\n", "s", "a", "id: a\nb: |\n  t\n")
    with pytest.raises(Unfit, match="there is no x in s"):
        drop_item(text, "s", "x")
    with pytest.raises(ConfigError):
        put_item("s: [\n", "s", "", {"id": "a"})


RULE = """\
rules:
  # about
  - id: r
    when:
      {point: box-1/nothing, above: 5}   # first
    raise: {category: x.y, severity: 5, lane: info, text: {zh: 好, en: Good}}
"""


def test_problems_of_an_item(tmp_path: Path) -> None:
    """A rule's mistakes are told in its own lines and columns; others stay the file's."""
    lay_out(tmp_path)
    versions = Versions(tmp_path / "site.yaml", tmp_path / "var", lambda: EPOCH)
    text = f"{SITE}{RULE}".replace("profile: panels/gb26875", "profile: panels/gb")
    with pytest.raises(ConfigError) as caught:
        versions.check(versions.read().put("site.yaml", text), "en")
    own, others = shift_problems(caught.value.problems, text, "rules", "r")
    assert [(each.line, each.column, each.where) for each in own] == [(3, 11, "when.point")]
    assert [each.where for each in others] == ["devices[1].profile"]
    written = item_text(text, "rules", "r").splitlines()
    assert written[2][10:].startswith("box-1/nothing")
