"""Every word of the pages is there in both languages, once, and nothing is joined together."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from jinja2.ext import babel_extract

from edge.api.ui.po_file import Entry, read_po, translations

UI = Path(__file__).parents[2] / "edge" / "api" / "ui"
TEMPLATES = sorted((UI / "templates").rglob("*.html"))
CATALOGUES = sorted((UI / "locale" / "zh_CN").rglob("*.po"))

PARSER = Environment(extensions=["jinja2.ext.i18n"])  # noqa: S701 - parses, renders nothing
GETTEXT = {"_", "gettext", "ngettext"}

# What stands between tags and is no word: signs, and the languages' own names.
ATTRIBUTES = re.compile(r"\b(?:title|aria-label|placeholder|alt)=\"([^\"{]*[A-Za-z]{2,}[^\"]*)\"")
HIDDEN = re.compile(r"(?s)<!--.*?-->|<code>.*?</code>|<script.*?</script>|<style.*?</style>")
OWN_NAMES = {"English", "中文"}
JOINS = (nodes.Concat, nodes.Add, nodes.Mod)
PLACEHOLDER = re.compile(r"%\((\w+)\)s")


def named(path: Path) -> str:
    """The path as a test's name."""
    return path.relative_to(UI).as_posix()


def used() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every text that a template asks for, with where, and its plural where it has one."""
    for path in TEMPLATES:
        body = io.BytesIO(path.read_bytes())
        for line, _, message, _ in babel_extract(body, tuple(GETTEXT), (), {}):
            texts = message if isinstance(message, tuple) else (message,)
            yield f"{named(path)}:{line}", tuple(text for text in texts if text)


def entries() -> Iterator[tuple[str, Entry]]:
    """Every translation, with where it stands."""
    for path in CATALOGUES:
        for entry in read_po(path.read_text(encoding="utf-8")):
            yield f"{named(path)}:{entry.line}", entry


def test_every_word_has_its_chinese() -> None:
    """What a template says in English is translated; a plural as such."""
    known = {entry.msgid: entry for _, entry in entries()}
    missing = [
        f"{where}: {texts[0]!r}"
        for where, texts in used()
        if texts[0] not in known or (known[texts[0]].plural or None) != (texts[1:] or (None,))[0]
    ]
    assert not missing, "\n" + "\n".join(missing)


def test_no_translation_is_left_over() -> None:
    """What no template says any more is gone from the catalogues."""
    said = {texts[0] for _, texts in used()}
    stale = [f"{where}: {entry.msgid!r}" for where, entry in entries() if entry.msgid not in said]
    assert not stale, "\n" + "\n".join(stale)


def test_every_translation_is_finished() -> None:
    """None is empty or waits for somebody's approval, and none stands there twice."""
    open_ones = [
        f"{where}: {entry.msgid!r}"
        for where, entry in entries()
        if entry.fuzzy or not all(entry.translations)
    ]
    counted = Counter(entry.msgid for _, entry in entries())
    twice = [msgid for msgid, count in counted.items() if count > 1]
    assert not open_ones + twice, "\n" + "\n".join(open_ones + twice)


def test_translations_keep_what_is_filled_in() -> None:
    """A placeholder that is lost is a number that nobody sees; one that is new fails the page."""
    wrong = [
        f"{where}: {entry.msgid!r}"
        for where, entry in entries()
        for text in entry.translations
        if set(PLACEHOLDER.findall(text)) != set(PLACEHOLDER.findall(entry.plural or entry.msgid))
    ]
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_text_is_joined_from_pieces(path: Path) -> None:
    """Another language has another order of words: a text is whole, with what is filled in."""
    tree = PARSER.parse(path.read_text(encoding="utf-8"))
    joins = [node for kind in JOINS for node in tree.find_all(kind) if any(map(_says, _of(node)))]
    texts = [call for call in tree.find_all(nodes.Call) if _asks(call)]
    built = [call for call in texts if not isinstance(call.args[0], nodes.Const)]
    assert [node.lineno for node in joins + built] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_word_stands_outside_the_catalogue(path: Path) -> None:
    """Words between tags, and those that are read out, go through gettext."""
    text = path.read_text(encoding="utf-8")
    plain = re.sub(r"(?s)\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "\0", HIDDEN.sub("", text))
    between = re.findall(r">([^<]*)<", f">{_outside_tags(plain)}<")
    words = [
        word.strip()
        for piece in between
        for word in piece.split("\0")
        if re.search(r"[A-Za-z]{2,}|[\u4e00-\u9fff]", word) and word.strip() not in OWN_NAMES
    ]
    words += [found for found in ATTRIBUTES.findall(plain) if found not in OWN_NAMES]
    assert words == []


def _outside_tags(text: str) -> str:
    """The text without its tags, a line break for each."""
    return re.sub(r"<[^>]*>", "><", text)


def _of(join: nodes.Node) -> list[nodes.Expr]:
    """What is joined."""
    if isinstance(join, nodes.Concat):
        return join.nodes
    return [join.left, join.right] if isinstance(join, nodes.BinExpr) else []


def _says(part: nodes.Expr) -> bool:
    """Whether a part is a text itself, with filters or without; a list of texts is none."""
    while isinstance(part, nodes.Filter) and part.node is not None:
        part = part.node
    return isinstance(part, nodes.Call) and _asks(part)


def _asks(call: nodes.Call) -> bool:
    return isinstance(call.node, nodes.Name) and call.node.name in GETTEXT


def test_po_files_are_read() -> None:
    """Continued lines, plurals, comments, fuzzy and obsolete entries, escaped quotes."""
    found = list(
        read_po(
            'msgid ""\nmsgstr "Language: zh_CN\\n"\n\n'
            '# a comment\nmsgid "a \\"b\\" "\n"c"\nmsgstr "甲"\n\n'
            '#, fuzzy\nmsgid "d"\nmsgstr "丁"\n\n'
            'msgid "one"\nmsgid_plural "many"\nmsgstr[0] "多"\n\n'
            '#~ msgid "gone"\n#~ msgstr "没了"\n'
        )
    )
    assert [(e.msgid, e.plural, e.translations, e.fuzzy) for e in found] == [
        ('a "b" c', "", ("甲",), False),
        ("d", "", ("丁",), True),
        ("one", "many", ("多",), False),
    ]


def test_unfinished_translations_are_not_shown() -> None:
    """What is fuzzy or empty is English until somebody has said what is right."""
    text = '#, fuzzy\nmsgid "d"\nmsgstr "丁"\n\nmsgid "e"\nmsgstr ""\n\nmsgid "f"\nmsgstr "己"\n'
    assert translations(text) == {"f": ("己",)}


@pytest.mark.parametrize(
    "text", ['msgctxt "x"\nmsgid "a"\n', "msgid a\n", "msgid 1\n", 'hello "a"\n']
)
def test_what_is_no_catalogue_is_refused_with_its_line(text: str) -> None:
    """A slip in a catalogue is found when the program starts, not on somebody's screen."""
    with pytest.raises(ValueError, match=r"line [12]"):
        list(read_po(text))
