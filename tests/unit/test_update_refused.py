"""Releases that a box does not take: each is refused in words, and nothing changes."""

from __future__ import annotations

import io
import lzma
import random
import tarfile
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from cloud_bridge.order_keys import SigningKey
from edge.schema_steps import Schema
from edge.update.keys import Publishers
from edge.update.manifest import decode, order_of
from edge.update.refused import Refused
from edge.update.release_file import TREE
from edge.update.updates import RESERVE
from tests.fakes.releases import AT, OLD, VENDOR, Life, about, box_at, released

STRANGER = SigningKey.new("stranger")
PRETENDER = SigningKey.new(VENDOR.name)


def refused(tmp_path: Path, release: Path, words: str) -> None:
    """It is not taken, in these words, in both languages; the box is as it was, but for a line."""
    box = box_at(tmp_path / "box")
    with pytest.raises(Refused, match=words) as told:
        Life(box).updates().install(release)
    assert told.value.words.zh != told.value.words.en
    assert (box.current, box.installed()) == (OLD, [OLD])
    assert not box.staging.exists()
    [result] = box.record().results
    assert (result.outcome, result.reason) == ("refused", told.value.words)


@pytest.mark.parametrize(
    ("sides", "words"),
    [
        ({"architecture": "arm64"}, "this release is for arm64, this box is amd64"),
        ({"python": "3.13"}, "needs Python 3.13, this box has 3.11"),
        ({"expires": AT - timedelta(days=1)}, "expired on 2026-05-31; get a newer one"),
        ({"version": "0.0.9"}, "0.0.9 is older than 0.1.0, which runs"),
        ({"version": OLD}, "0.1.0 is what runs already"),
        ({"replaces": "0.1.1"}, "install 0.1.1 first"),
        ({"schemas": {"journal": Schema(3, 3)}}, r"could not read what 0.2.0 writes \(journal\)"),
    ],
)
def test_what_is_not_for_this_box_or_not_now(
    tmp_path: Path, sides: dict[str, object], words: str
) -> None:
    """Signed as it is; the words say what would be right."""
    refused(tmp_path, released(tmp_path, about=about(**sides)), words)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (STRANGER, "signed by stranger, this box trusts vendor"),
        (PRETENDER, r"the signature is wrong \(key vendor\)"),
    ],
)
def test_whom_nobody_knows(tmp_path: Path, key: SigningKey, words: str) -> None:
    """Neither another name nor another key under a name that is known."""
    refused(tmp_path, released(tmp_path, key), words)


def test_each_byte_that_is_changed_is_found(tmp_path: Path) -> None:
    """In the manifest, in its signature, in what is unpacked."""
    release = released(tmp_path)
    body = release.read_bytes()
    with tarfile.open(release) as archive:
        spans = [range(each.offset_data, each.offset_data + each.size) for each in archive]
    life = Life(box_at(tmp_path / "box"))
    for at in (at for span in spans for at in (*span[::11], span[-2])):
        release.write_bytes(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])
        with pytest.raises(Refused):
            life.updates().install(release)
    assert life.box.installed() == [OLD]
    release.write_bytes(body)
    assert life.updates().install(release).outcome == "kept"


def packed(seed: int) -> bytes:
    """A tree that nobody has to be able to tell from another: noise, without a sum of its own."""
    body, whole = random.Random(seed).randbytes(2000), io.BytesIO()  # noqa: S311 - the same each time
    with tarfile.open(fileobj=whole, mode="w") as archive:
        member = tarfile.TarInfo("file")
        member.size = len(body)
        archive.addfile(member, io.BytesIO(body))
    return lzma.compress(whole.getvalue(), check=lzma.CHECK_NONE)


def test_another_tree_behind_a_manifest_that_is_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long, as sound, and not the one that was signed: only its hash tells."""
    signed = packed(0)
    other = next(each for each in map(packed, count(1)) if len(each) == len(signed))

    def pack(_: Path, file: io.BufferedWriter) -> int:
        file.write(signed)
        return 10_000

    monkeypatch.setattr("edge.update.making._pack", pack)
    release = released(tmp_path)
    release.write_bytes(release.read_bytes().replace(signed, other))
    refused(tmp_path, release, "the release is not what its manifest says")


def test_a_release_that_ends_too_early(tmp_path: Path) -> None:
    """As a stick that was pulled out leaves it."""
    release = released(tmp_path)
    body = release.read_bytes()
    life = Life(box_at(tmp_path / "box"))
    for end in range(0, len(body) - tarfile.RECORDSIZE, 501):
        release.write_bytes(body[:end])
        with pytest.raises(Refused):
            life.updates().install(release)
    assert life.box.installed() == [OLD]


def other_product(tmp_path: Path) -> Path:
    """A release of something else that the same publisher has signed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("edge.update.making.PRODUCT", "kettle")
        return released(tmp_path)


def test_another_product(tmp_path: Path) -> None:
    """Of the same publisher, with the same key."""
    refused(tmp_path, other_product(tmp_path), "a release of kettle, not of whistle")


@pytest.mark.parametrize("body", [b"", b"whistle" * 1000, bytes(100_000)])
def test_what_is_no_release_at_all(tmp_path: Path, body: bytes) -> None:
    """A picture that was named so, an empty file."""
    (tmp_path / "a.release").write_bytes(body)
    refused(tmp_path, tmp_path / "a.release", "this is no release")


def test_a_release_without_a_signature(tmp_path: Path) -> None:
    """Nobody has to have signed it with a wrong key first."""
    release = released(tmp_path)
    with tarfile.open(release) as archive:
        first = archive.extractfile("manifest.json")
        assert first is not None
        manifest = first.read()
    with tarfile.open(release, "w") as archive:
        member = tarfile.TarInfo("manifest.json")
        member.size = len(manifest)
        archive.addfile(member, io.BytesIO(manifest))
    refused(tmp_path, release, "the release is not signed")


def test_an_archive_with_headers_of_its_own(tmp_path: Path) -> None:
    """A name that is a gigabyte long is not read before anybody has verified anything."""
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 2**30
    release = tmp_path / "a.release"
    with release.open("wb") as file:
        file.write(header.tobuf())
        file.truncate(2**30)
    refused(tmp_path, release, "it has no manifest")


def plant(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> Callable[[Path], None]:
    """Something that a tree must not hold, put into one that the publisher signs all the same."""

    def work(packed: Path) -> None:
        with tarfile.open(packed, "w:xz") as archive:
            for each, type_ in (("lib", tarfile.DIRTYPE), ("out", tarfile.SYMTYPE), (name, kind)):
                member = tarfile.TarInfo(each)
                member.type, member.linkname = type_, link or "/tmp"  # noqa: S108 - never made
                archive.addfile(member)

    return work


@pytest.mark.parametrize(
    "planted",
    [
        plant("../evil"),
        plant("/etc/evil"),
        plant("lib/../../evil"),
        plant("out/evil"),
        plant("nowhere/evil"),
        plant("pipe", tarfile.FIFOTYPE),
        plant("hard", tarfile.LNKTYPE, "lib"),
        plant("node", tarfile.CHRTYPE),
    ],
)
def test_what_a_tree_must_not_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, planted: Callable[[Path], None]
) -> None:
    """Paths that lead out, directly or through a link; what is neither file, folder nor link."""

    def pack(_: Path, packed: io.BufferedWriter) -> int:
        planted(tmp_path / TREE)
        packed.write((tmp_path / TREE).read_bytes())
        return 1000

    monkeypatch.setattr("edge.update.making._pack", pack)
    refused(tmp_path, released(tmp_path), "the release holds an odd")
    assert not list(tmp_path.rglob("*evil"))


def test_more_than_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file that would fill the disk."""
    monkeypatch.setattr("edge.update.unpacking.LARGEST", 10)
    refused(tmp_path, released(tmp_path), "unpacks to more than it says")


def test_a_disk_with_no_room_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is copied: alarms are kept on the same disk."""
    usage = type("Usage", (), {"free": RESERVE})
    monkeypatch.setattr("edge.update.updates.shutil.disk_usage", lambda _: usage)
    refused(tmp_path, released(tmp_path), "not enough room")


def test_what_is_laid_there_in_place_of_a_file(tmp_path: Path) -> None:
    """A link to somewhere, a folder, nothing: whoever may write there may lay anything."""
    (tmp_path / "link.release").symlink_to(released(tmp_path))
    (tmp_path / "folder.release").mkdir()
    life = Life(box_at(tmp_path / "box"))
    for name in ("link.release", "gone.release"):
        with pytest.raises(Refused, match="cannot be read"):
            life.updates().install(tmp_path / name)
    with pytest.raises(Refused, match="there is no"):
        life.updates().install(tmp_path / "folder.release")


def test_a_key_of_the_box_counts_before_one_that_was_brought(tmp_path: Path) -> None:
    """An empty file takes the trust away; a file that holds no key is told."""
    (tmp_path / "vendor.pub").write_text(VENDOR.public + "\n")
    signature = VENDOR.sign(b"whistle release 1\nbody")
    assert Publishers.of(tmp_path).verify(b"body", {"vendor": signature}) == "vendor"
    with pytest.raises(Refused, match="wrong"):
        Publishers.of(tmp_path).verify(b"body", {"vendor": VENDOR.sign(b"body")})
    (tmp_path / "vendor.pub").write_text("")
    with pytest.raises(Refused, match="trusts -"):
        Publishers.of(tmp_path).verify(b"body", {"vendor": signature})
    (tmp_path / "vendor.pub").write_text("no key")
    with pytest.raises(Refused, match="holds no public key"):
        Publishers.of(tmp_path).verify(b"body", {"vendor": signature})


def test_a_release_brings_the_keys_of_those_that_come_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A publisher changes theirs without a hand at each box; the box may still say no."""
    brought, box = tmp_path / "publishers", tmp_path / "box"
    brought.mkdir()
    (brought / "vendor.pub").write_text(VENDOR.public)
    monkeypatch.setattr("edge.update.keys.resources.files", lambda _: tmp_path)
    signature = VENDOR.sign(b"whistle release 1\nbody")
    assert Publishers.of(box).verify(b"body", {"vendor": signature}) == "vendor"
    box.mkdir()
    (box / "vendor.pub").write_text("")
    with pytest.raises(Refused, match="trusts -"):
        Publishers.of(box).verify(b"body", {"vendor": signature})


def test_versions_are_ordered_as_people_mean_them() -> None:
    """By their numbers, what is not finished yet before what is."""
    given = ["1.10", "1.2", "1.2.0rc1", "1.2.0b3", "1.2.1", "0.9.9", "1.2.0a10", "1.2.0a9"]
    ordered = ["0.9.9", "1.2.0a9", "1.2.0a10", "1.2.0b3", "1.2.0rc1", "1.2", "1.2.1", "1.10"]
    assert sorted(given, key=order_of) == ordered
    assert order_of("1.2") == order_of("1.2.0")
    for wrong in ("1", "1.2-3", "../1.2", "1.2.3.4.5", "v1.2", "1.2\n"):
        with pytest.raises(Refused):
            order_of(wrong)


@pytest.mark.parametrize("version", ["../1.2", "1", "1.2\n", "1.2/../3.4"])
def test_a_manifest_names_a_version_that_is_one(version: str) -> None:
    """It becomes a folder."""
    with pytest.raises(Refused, match="cannot be read"):
        decode(b'{"version": "%s"}' % version.encode())
