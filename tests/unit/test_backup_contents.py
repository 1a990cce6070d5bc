"""The list of what is in a backup: nothing in it is believed that leads elsewhere, or is newer."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.cli.backup.contents import Entry, Manifest, Unfit, decode, encode, is_plain
from tests.fakes.time import EPOCH

ENTRY: Final = Entry(5, "0" * 64)
MANIFEST: Final = Manifest(
    format=1,
    version="1.0",
    made_at=EPOCH,
    site="maple",
    gateway="gw-1",
    site_file="site.yaml",
    store="var",
    files={"configuration/site.yaml": ENTRY, "store/journal.db": ENTRY},
    left_out=("secrets/city",),
)


def refused(**changes: Any) -> str:
    """Why a list with these changes is not believed."""
    with pytest.raises(Unfit) as caught:
        decode(encode(replace(MANIFEST, **changes)))
    return str(caught.value)


def test_what_was_written_is_read() -> None:
    """All of it."""
    assert decode(encode(MANIFEST)) == MANIFEST


@pytest.mark.parametrize(
    "name",
    [
        *("../evil", "store/../../evil", "/etc/passwd", "evil", "store//x", "store/./x", "store"),
        *("configuration/", "store/\0", "", "./store/x", "elsewhere/x"),
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    """A backup is a file from somebody: it writes in its two folders, or nowhere."""
    assert repr(name) in refused(files={**MANIFEST.files, name: ENTRY})


@given(st.text(max_size=40))
def test_a_plain_name_stays_in_its_folder(name: str) -> None:
    """Whatever somebody thinks of."""
    if is_plain(f"store/{name}"):
        parts = f"store/{name}".split("/")
        assert ".." not in parts
        assert all(parts)


def test_a_site_file_outside_is_refused() -> None:
    """Its name is a path as well."""
    assert "does not lie" in refused(site_file="../../etc/cron.d/x")
    assert "no site file" in refused(site_file="another.yaml")


def test_a_newer_backup_says_what_to_install() -> None:
    """It may hold what this version would leave out."""
    assert "newer Whistle (99.0)" in refused(format=99, version="99.0")


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"\xff", b'{"format": "one"}'])
def test_noise_is_no_list(body: bytes) -> None:
    """One kind of error, whatever it is."""
    with pytest.raises(Unfit, match="cannot be read"):
        decode(body)
