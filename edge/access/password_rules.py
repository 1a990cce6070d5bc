"""Which passwords are taken: long ones that nobody tries first; no rules about what is in them."""

from __future__ import annotations

import unicodedata
from typing import Final

from edge.access.commonest import COMMONEST
from edge.model import Text

SHORTEST: Final = 10
LONGEST: Final = 128
"""Longer than any passphrase; what is hashed has to end somewhere."""

OWN_LETTERS: Final = 6
"""What has to be left of a password when the account's name is taken out of it."""

FEWEST_DIFFERENT: Final = 4
"""`1212121212` is as short as the piece that it repeats."""

_AROUND: Final = " !?.,;:*#@$-_+=~'\"。！？，；：…"


def normal(password: str) -> str:
    """The password as it is compared: full-width letters of a Chinese keyboard are plain ones."""
    return unicodedata.normalize("NFKC", password)


def weakness(name: str, password: str) -> Text | None:
    """What is wrong with a password for this account; none if it is taken."""
    meant = normal(password)
    if len(meant) < SHORTEST:
        return Text(
            f"密码太短：至少 {SHORTEST} 个字符，一句话也可以",
            f"the password is too short: at least {SHORTEST} characters, a sentence will do",
        )
    if len(meant) > LONGEST:
        return Text(
            f"密码太长：最多 {LONGEST} 个字符",
            f"the password is too long: at most {LONGEST} characters",
        )
    small = meant.casefold()
    if name and len(small.replace(name.casefold(), "")) < OWN_LETTERS:
        return Text(
            "密码里除了账号名几乎没有别的，换一个",
            "the password is hardly more than the account's name; choose another",
        )
    if len(set(small)) < FEWEST_DIFFERENT or small.strip(_AROUND) in COMMONEST:
        return Text(
            "这个密码人人都会先试，换一个",
            "this password is among the first that anybody would try; choose another",
        )
    return None
