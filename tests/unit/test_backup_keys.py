"""The keys of a box, sealed: none reads them without the passphrase, no other box gets them."""

from __future__ import annotations

from typing import Final

import pytest

from edge.cli.backup.contents import Unfit
from edge.cli.backup.keys import WrongPassphrase, seal, unseal
from tests.fakes.backed_up import SECRET

PASSPHRASE: Final = "seven green boats at noon"  # noqa: S105 - of a test's file of keys


def test_keys_open_with_their_passphrase_and_on_their_box_alone() -> None:
    """Nothing in the file can be read; a changed bit, another word, another gateway: none."""
    body = seal({"configuration/secrets/city": SECRET}, "maple", "gw-1", PASSPHRASE)
    assert SECRET.strip() not in body
    assert unseal(body, "maple", "gw-1", PASSPHRASE) == {"configuration/secrets/city": SECRET}
    with pytest.raises(WrongPassphrase):
        unseal(body, "maple", "gw-1", PASSPHRASE.upper())
    for at in (20, 40, len(body) - 1):
        changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
        with pytest.raises(WrongPassphrase):
            unseal(changed, "maple", "gw-1", PASSPHRASE)
    with pytest.raises(Unfit, match="keys of maple/gw-1"):
        unseal(body, "maple", "gw-2", PASSPHRASE)
    with pytest.raises(Unfit, match="12 letters"):
        seal({}, "maple", "gw-1", "short")
    with pytest.raises(Unfit, match="no file of keys"):
        unseal(b"x" * 100, "maple", "gw-1", PASSPHRASE)
