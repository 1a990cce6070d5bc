"""A backup is whole or is none, holds no secret, and a gateway goes on from it anywhere."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Final

import apsw
import pytest

from cloud_bridge.journal_file import JournalFile, Standing
from cloud_bridge.journal_fsck import faults
from cloud_bridge.journal_moved import LEAP
from cloud_bridge.store_lock import locked
from edge.__main__ import main
from edge.access.accounts import Accounts
from edge.access.audit import verify
from edge.cli.backup.contents import MANIFEST, STORE, Manifest, decode
from edge.cli.backup.making import make
from edge.model import Lane
from edge.versions import Versions
from tests.fakes.access import HOME, PASSWORD, TurnedClock, at_the_door
from tests.fakes.backed_up import DOINGS, EVENTS, SECRET, SENT, SITE, site_that_ran
from tests.fakes.time import EPOCH

GUESTS: Final = "SELECT digest FROM session UNION SELECT digest FROM code"
PASSPHRASE: Final = "seven green boats at noon"  # noqa: S105 - of a test's file of keys


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """The folder of a site that has run."""
    site_that_ran(tmp_path / "box")
    return tmp_path / "box"


def whistle(*words: object) -> int:
    """Run a command in English."""
    return main(["--lang", "en", *map(str, words)])


def backed_up(box: Path, *more: str) -> Path:
    """Make a backup of it."""
    out = box.parent / "site.zip"
    assert whistle("backup", box / "site.yaml", out, *more) == 0
    return out


def with_keys(box: Path) -> tuple[Path, list[object]]:
    """Make a backup with its keys; return it, and how to restore those."""
    (box.parent / "passphrase").write_text(f"{PASSPHRASE}\n", encoding="utf-8")
    way = ["--passphrase-file", str(box.parent / "passphrase")]
    out = backed_up(box, "--with-keys", *way)
    return out, ["--keys", out.with_name("site.zip.keys"), *way]


def test_a_gateway_goes_on_where_the_other_was(box: Path, tmp_path: Path) -> None:
    """Files byte for byte, accounts, audit log, what was not sent; with numbers of its own."""
    out, keys = with_keys(box)
    new = tmp_path / "new box"
    assert whistle("restore", out, new, *keys) == 0
    assert (new / "site.yaml").read_text(encoding="utf-8") == SITE
    assert (new / "secrets/city").read_bytes() == SECRET
    assert (new / "secrets/city").stat().st_mode & 0o777 == 0o600
    assert (new / "var/page.key").read_bytes().startswith(b"-----BEGIN")
    before, after = _standing(box), _standing(new)
    assert after.depths == before.depths == {("city", Lane.INFO): EVENTS - SENT}
    assert after.states == before.states == {"k": b"v"}
    assert after.origins == before.origins, "a gate that sends again is known"
    assert after.last_number >= before.last_number + LEAP
    assert list(faults(new / "var/journal.db")) == []
    verdict = verify(new / "var")
    assert verdict.sound
    assert verdict.lines == DOINGS
    assert Versions(new / "site.yaml", new / "var", lambda: EPOCH).history()[0].good

    async def come_in(accounts: Accounts, clock: TurnedClock) -> None:
        del clock
        assert (await accounts.login("chief", PASSWORD, HOME)).principal.name == "chief"

    at_the_door(new / "var", come_in)
    assert not list(new.glob(".whistle-*"))


def test_who_was_logged_in_is_not_logged_in_elsewhere(box: Path, tmp_path: Path) -> None:
    """Sessions and the code that makes an admin belong to one box; nothing of them is copied."""
    digests = _cells(box / "var/access.db", GUESTS)
    assert len(digests) == 2
    out = backed_up(box)
    assert whistle("restore", out, tmp_path / "new") == 1, "its password is missing"
    copied = tmp_path / "new/var/access.db"
    assert _cells(copied, GUESTS) == []
    body = copied.read_bytes()
    assert not any(digest in body for digest in digests)
    assert len(_cells(box / "var/access.db", "SELECT digest FROM session")) == 1


def test_no_secret_and_no_picture_is_in_it(
    box: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Not packed either; what is missing is told by name, before and after."""
    out = backed_up(box)
    assert out.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        whole = b"".join(archive.read(name) for name in names)
    assert SECRET.strip() not in whole
    assert b"PRIVATE KEY" not in whole
    assert b"a face" not in whole
    assert not any("secrets" in name or "evidence" in name for name in names)
    assert "secrets/city" in capsys.readouterr().out
    assert whistle("restore", out, tmp_path / "new") == 1
    told = capsys.readouterr().out
    assert "it cannot start yet" in told
    assert "secrets/city" in told


def test_it_is_made_beside_a_gateway_that_writes(box: Path) -> None:
    """What is committed is in it, though it stands in the log alone; the writer is not held up."""
    file = JournalFile(box / "var/journal.db", uplinks=["city"], now=lambda: EPOCH)
    last = file.standing().last_number
    out = backed_up(box)
    assert (box / "var/journal.db-wal").exists()
    file.close()
    assert whistle("restore", out, box.parent / "new") == 1
    assert _standing(box.parent / "new").last_number >= last + LEAP


def test_a_site_file_that_is_wrong_is_taken_along(box: Path) -> None:
    """That is when one wants to have it; it is told when it comes back."""
    (box / "site.yaml").write_text(SITE + "links: 7\n", encoding="utf-8")
    out = backed_up(box)
    new = box.parent / "new"
    assert whistle("restore", out, new) == 1
    assert (new / "site.yaml").read_bytes() == (box / "site.yaml").read_bytes()


def test_history_is_taken_along_when_it_is_asked_for(box: Path) -> None:
    """It may have gigabytes."""
    with closing(apsw.Connection(str(box / "var/history.db"))) as db:
        db.execute("CREATE TABLE reading (a)")
    assert "store/history.db" not in _manifest(backed_up(box)).files
    (box.parent / "site.zip").unlink()
    assert "store/history.db" in _manifest(backed_up(box, "--history")).files


def test_a_gateway_that_has_never_run_is_backed_up(tmp_path: Path) -> None:
    """Its configuration is all that there is."""
    (tmp_path / "site.yaml").write_text(SITE, encoding="utf-8")
    manifest = make(
        tmp_path / "site.yaml", tmp_path / "var", tmp_path / "out.zip", EPOCH, history=True
    )
    assert set(manifest.files) == {"configuration/site.yaml"}


def test_no_backup_is_left_where_none_could_be_made(box: Path) -> None:
    """A journal that is damaged is told, not copied; nothing half is left behind."""
    body = bytearray((box / "var/journal.db").read_bytes())
    body[4096 : 3 * 4096] = bytes(2 * 4096)
    (box / "var/journal.db").write_bytes(body)
    assert whistle("backup", box / "site.yaml", box.parent / "site.zip") == 2
    assert sorted(path.name for path in box.parent.iterdir()) == ["box"]


def test_what_is_there_is_never_overwritten(box: Path) -> None:
    """Neither a backup by another, nor a site by a backup."""
    out = backed_up(box)
    before = out.read_bytes()
    assert whistle("backup", box / "site.yaml", out) == 2
    assert out.read_bytes() == before
    (box / "site.yaml").write_text(SITE + "# newer\n", encoding="utf-8")
    assert whistle("restore", out, box) == 2
    assert (box / "site.yaml").read_text(encoding="utf-8").endswith("# newer\n")


def test_a_site_that_is_there_is_moved_aside_when_one_says_so(box: Path) -> None:
    """Nothing of it is gone; pictures and models stay in place, as no backup has them."""
    (box / "profiles").mkdir()
    (box / "profiles/own.yaml").write_text("old", encoding="utf-8")
    out = backed_up(box)
    (box / "profiles/own.yaml").write_text("newer", encoding="utf-8")
    (box / "profiles/another.yaml").write_text("newer", encoding="utf-8")
    (box / "site.yaml").write_text(SITE + "# newer\n", encoding="utf-8")
    newer = (box / "var/journal.db").read_bytes()
    assert whistle("restore", out, box, "--replace") == 0
    assert (box / "site.yaml").read_text(encoding="utf-8") == SITE
    [aside] = box.glob("before-restore-*")
    assert (aside / "site.yaml").read_text(encoding="utf-8").endswith("# newer\n")
    assert (aside / "profiles/own.yaml").read_text(encoding="utf-8") == "newer"
    assert (aside / "profiles/another.yaml").read_text(encoding="utf-8") == "newer"
    assert (box / "profiles/own.yaml").read_text(encoding="utf-8") == "old"
    assert not (box / "profiles/another.yaml").exists()
    assert (box / "secrets/city").read_bytes() == SECRET, "it is not in the backup, and stays"
    [aside] = (box / "var").glob("before-restore-*")
    assert (aside / "journal.db").read_bytes() == newer
    assert (box / "var/evidence/still.jpg").exists()
    assert _standing(box).depths == {("city", Lane.INFO): EVENTS - SENT}


def test_a_gateway_that_runs_is_not_pulled_away(box: Path) -> None:
    """Its store is locked; nothing is touched."""
    out = backed_up(box)
    held = locked(box / "var/journal.lock")
    try:
        assert whistle("restore", out, box, "--replace") == 2
    finally:
        held.close()
    assert not list(box.glob("before-restore-*"))


@pytest.mark.parametrize("damage", ["byte", "cut", "missing", "more", "no_manifest", "no_zip"])
def test_a_backup_that_is_not_as_it_was_restores_nothing(
    box: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A changed byte, a cut end, a file that is missing or longer: the folder stays empty."""
    out = backed_up(box)
    _DAMAGES[damage](out)
    new = box.parent / "new"
    assert whistle("restore", out, new) == 2
    assert "nothing was restored" in capsys.readouterr().err
    assert not new.exists() or not list(new.iterdir())


def _changed(out: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """Write it anew as somebody would who knows what a zip is."""
    with zipfile.ZipFile(out) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(out, "w") as archive:
        for name, body in found.items():
            if (said := change(name, body)) is not None:
                archive.writestr(name, said)


def _written(out: Path, body: bytes) -> None:
    out.write_bytes(body)


JOURNAL: Final = f"{STORE}/journal.db"
_DAMAGES: Final[dict[str, Callable[[Path], None]]] = {
    "byte": lambda out: _changed(
        out, lambda name, body: body[:-1] + b"?" if name == JOURNAL else body
    ),
    "cut": lambda out: _written(out, out.read_bytes()[:-500]),
    "missing": lambda out: _changed(out, lambda name, body: None if name == JOURNAL else body),
    "more": lambda out: _changed(out, lambda name, body: body * 2 if name == JOURNAL else body),
    "no_manifest": lambda out: _changed(out, lambda name, body: None if name == MANIFEST else body),
    "no_zip": lambda out: _written(out, b"nothing of the kind" * 99),
}


def test_a_wrong_passphrase_restores_nothing(box: Path) -> None:
    """Not a part of it either: a gateway without its keys would look restored."""
    out, keys = with_keys(box)
    (box.parent / "passphrase").write_text("another one altogether", encoding="utf-8")
    assert whistle("restore", out, box.parent / "new", *keys) == 2
    assert not (box.parent / "new").exists()


def test_two_restores_of_one_backup_never_number_alike(box: Path) -> None:
    """A box that dies after a year, and the next one from the same file."""
    out = backed_up(box)
    for name in ("one", "two"):
        whistle("restore", out, box.parent / name)
    one, two = (_standing(box.parent / name).last_number for name in ("one", "two"))
    assert one != two


def _standing(folder: Path) -> Standing:
    file = JournalFile(folder / "var/journal.db", uplinks=["city"], now=lambda: EPOCH)
    try:
        return file.standing()
    finally:
        file.close()


def _cells(path: Path, sql: str) -> list[bytes]:
    with closing(apsw.Connection(str(path))) as db:
        return [cell for (cell,) in db.execute(sql)]


def _manifest(out: Path) -> Manifest:
    with zipfile.ZipFile(out) as archive:
        return decode(archive.read(MANIFEST))
