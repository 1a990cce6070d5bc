"""Chinese punctuation where YAML wants its own: an input method that was left switched on."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from edge.model import Text

_STRAY: Final = re.compile(
    r"^ *(?P<indentation>　)"
    r"|^\s*(?P<dash>[－—–])\s"
    r"|(?:^|[\s{,，、；])[A-Za-z_]\w*\s*(?P<colon>：)"
    r"|(?P<comma>[，、；])\s*[A-Za-z_]\w*\s*[:：]"
    r"|[:：]\s*(?P<bracket>[｛［])"
    r"|(?P<closing>[｝］])\s*$"
)
"""Where such a mark can only have been meant for YAML; in a text they are what they should be."""

_ASCII: Final = str.maketrans(
    {"：": ": ", "，": ", ", "、": ", ", "；": ", ", "—": "-", "–": "-", "　": "  "}
)

_KEY: Final = re.compile(r"^\s*([A-Za-z_]\w*)\s*：")


def stray(line: str) -> tuple[int, Text, Text] | None:
    """Find the first such mark: where, what is wrong, what would be right."""
    found = _STRAY.search(line.split(" #", 1)[0])
    if found is None or found.lastgroup is None:
        return None
    mark = found[found.lastgroup]
    if mark == "　":
        what = Text("缩进里有全角空格", "there is a full-width space in the indentation")
    else:
        what = Text(f"{mark} 是中文标点", f"{mark} is Chinese punctuation")
    right = _typed(mark)
    return (
        found.start(found.lastgroup),
        what,
        Text(f"切换到英文输入，写 `{right}`", f"switch to ASCII input and write `{right}`"),
    )


def key_in(text: str) -> str | None:
    """Return the key of `key：value`, which YAML takes for one text; none for anything else."""
    found = _KEY.match(text)
    return found[1] if found else None


def after_key(key: str) -> tuple[Text, Text]:
    """What to say of it; the value may be a secret, and is not told."""
    return (
        Text(f"{key} 后面是中文冒号", f"a Chinese colon follows {key}"),
        Text(f"切换到英文输入，写 `{key}: …`", f"switch to ASCII input and write `{key}: …`"),
    )


def digits(text: str) -> Text | None:
    """Return the remedy for a number that is typed in full width; none for anything else."""
    if not text.isdigit() or text.isascii():
        return None
    right = _typed(text)
    return Text(f"切换到英文输入，写 {right}", f"switch to ASCII input and write {right}")


def _typed(text: str) -> str:
    return unicodedata.normalize("NFKC", text.translate(_ASCII))
