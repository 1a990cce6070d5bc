"""Translations as translators write them: a gettext `.po` file, read without a build step."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

_KEYS: Final = ("msgctxt", "msgid_plural", "msgid", "msgstr[0]", "msgstr[1]", "msgstr")


@dataclass(frozen=True, slots=True)
class Entry:
    """One text; `fuzzy` marks a translation that somebody has still to confirm."""

    line: int
    msgid: str
    plural: str
    translations: tuple[str, ...]
    fuzzy: bool


@dataclass(slots=True)
class _Draft:
    line: int = 0
    fuzzy: bool = False
    texts: dict[str, str] = field(default_factory=dict)

    def entry(self) -> Entry:
        texts = self.texts
        plain = (texts[key] for key in ("msgstr", "msgstr[0]", "msgstr[1]") if key in texts)
        return Entry(
            self.line, texts["msgid"], texts.get("msgid_plural", ""), tuple(plain), self.fuzzy
        )


def read_po(text: str) -> Iterator[Entry]:
    """Yield every entry but the header; `ValueError` names the line that is no gettext.

    Obsolete entries (`#~`) are passed over. A context (`msgctxt`) is not understood: the English
    texts say enough to tell two meanings apart.
    """
    draft, key = _Draft(), ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip()
        if line.startswith("#"):
            draft.fuzzy = draft.fuzzy or (line.startswith("#,") and "fuzzy" in line)
        elif not line:
            if draft.texts.get("msgid"):
                yield draft.entry()
            draft, key = _Draft(), ""
        elif line.startswith('"') and key:
            draft.texts[key] += _unquoted(line, number)
        else:
            key, value = _split(line, number)
            draft.line = draft.line or number
            draft.texts[key] = value
    if draft.texts.get("msgid"):
        yield draft.entry()


def translations(*texts: str) -> Mapping[str, tuple[str, ...]]:
    """What several files translate: the English text to its one form, or its plural forms."""
    return {
        entry.msgid: entry.translations
        for text in texts
        for entry in read_po(text)
        if not entry.fuzzy and all(entry.translations)
    }


def _split(line: str, number: int) -> tuple[str, str]:
    key, _, rest = line.partition(" ")
    if key not in _KEYS or key == "msgctxt":
        raise ValueError(f"line {number}: {key} is not understood here")
    return key, _unquoted(rest.strip(), number)


def _unquoted(quoted: str, number: int) -> str:
    try:
        text = ast.literal_eval(quoted)
    except (SyntaxError, ValueError):
        text = None
    if not isinstance(text, str):
        raise ValueError(f"line {number}: this is no text in double quotes")  # noqa: TRY004 - the file is wrong, not a type
    return text
