"""What the page was brought is whole before anything is touched, and placed before a start."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from cloud_bridge.journal_file import JournalFile
from edge.__main__ import main
from edge.access.accounts import Accounts
from edge.api.restoring import NotRestored, Wish
from edge.cli.backup import restoring
from edge.cli.backup.first_start import place_prepared, prepare
from tests.fakes.access import HOME, PASSWORD, TurnedClock, at_the_door
from tests.fakes.backed_up import EVENTS, SECRET, SENT, SITE, site_that_ran
from tests.fakes.time import EPOCH

PASSPHRASE: Final = "seven green boats at noon"  # noqa: S105 - of a test's file of keys
NEW: Final = """\
site: {id: new, name: {zh: 新, en: New}}
gateway: {id: gw-9, store: var}
"""


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A backup of a site that has run, with its keys beside it."""
    site, out = site_that_ran(tmp_path / "box"), tmp_path / "site.zip"
    (tmp_path / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    way = ["--with-keys", "--passphrase-file", str(tmp_path / "passphrase")]
    assert main(["--lang", "en", "backup", str(site), str(out), *way]) == 0
    return out


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """The site file of a new box, whose gateway has made a journal and its accounts."""
    folder = tmp_path / "new"
    (folder / "var").mkdir(parents=True)
    site = folder / "site.yaml"
    site.write_text(NEW, encoding="utf-8")
    JournalFile(folder / "var/journal.db", uplinks=[], now=lambda: EPOCH).close()
    at_the_door(folder / "var", _nobody)
    return site


async def _nobody(accounts: Accounts, clock: TurnedClock) -> None:
    del clock
    await accounts.enrolment_code()


def wish(backup: Path, passphrase: str = PASSPHRASE) -> Wish:
    """What is brought."""
    keys = backup.with_name(f"{backup.name}.keys").read_bytes()
    return Wish(backup=io.BytesIO(backup.read_bytes()), keys=keys, passphrase=passphrase)


def staged(site: Path) -> list[Path]:
    """What waits for its place."""
    return sorted(site.parent.glob(f"{restoring.STAGED}*"))


def restored(site: Path) -> None:
    """See that the other gateway is here, and what was here aside."""
    folder = site.parent
    assert site.read_text(encoding="utf-8") == SITE
    assert (folder / "secrets/city").read_bytes() == SECRET
    assert not staged(site)
    aside = sorted(folder.glob("before-restore-*/site.yaml"))
    assert [each.read_text(encoding="utf-8") for each in aside] == [NEW]
    file = JournalFile(folder / "var/journal.db", uplinks=["city"], now=lambda: EPOCH)
    assert sum(file.standing().depths.values()) == EVENTS - SENT
    file.close()

    async def story(accounts: Accounts, clock: TurnedClock) -> None:
        del clock
        await accounts.login("chief", PASSWORD, HOME)

    at_the_door(folder / "var", story)


def test_it_is_prepared_and_then_placed(backup: Path, new: Path) -> None:
    """Until the next start all is as it was; then the other gateway goes on here."""
    prepared = prepare(new, wish(backup))
    assert (prepared.site, prepared.gateway, prepared.missing) == ("maple", "gw-1", ())
    assert new.read_text(encoding="utf-8") == NEW
    assert not list(new.parent.glob("before-restore-*"))
    place_prepared(new)
    restored(new)
    place_prepared(new)
    restored(new)


def test_without_keys_it_says_what_is_missing(backup: Path, new: Path) -> None:
    """They have to be brought by hand."""
    bare = Wish(backup=io.BytesIO(backup.read_bytes()), keys=b"", passphrase="")
    assert prepare(new, bare).missing == ("secrets/city",)


def test_what_is_wrong_leaves_nothing(backup: Path, new: Path) -> None:
    """Another passphrase, a cut file, no backup, another name: told in both languages."""
    cut = Wish(backup=io.BytesIO(backup.read_bytes()[:900]), keys=b"", passphrase="")
    other = shutil.copy(new, new.with_name("other.yaml"))
    wrong = {
        "another passphrase": (new, wish(backup, "seven red boats at noon")),
        "it is damaged, or no backup": (new, cut),
        "its site file is called site.yaml": (Path(other), wish(backup)),
    }
    for why, (site, brought) in wrong.items():
        with pytest.raises(NotRestored, match=why) as caught:
            prepare(site, brought)
        assert caught.value.what.zh != caught.value.what.en
        assert not staged(new)


def test_a_full_disk_is_told_before_it_is_full(
    backup: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A gateway runs meanwhile and needs room too."""
    usage = shutil.disk_usage(new)._replace(free=1000)
    monkeypatch.setattr("edge.cli.backup.first_start.shutil.disk_usage", lambda _: usage)
    with pytest.raises(NotRestored, match="the disk has 0 MB for it"):
        prepare(new, wish(backup))


def test_a_power_cut_on_the_way_is_gone_on_from(
    backup: Path, tmp_path: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was moved when it came: the next start moves the rest, and nothing twice."""
    prepare(new, wish(backup))
    whole = tmp_path / "whole"
    shutil.copytree(new.parent, whole)
    for steps in range(100):
        shutil.rmtree(new.parent)
        shutil.copytree(whole, new.parent)
        with monkeypatch.context() as patch:
            _cut_after(steps, patch)
            try:
                place_prepared(new)
                break
            except _CutError:
                pass
        place_prepared(new)
        restored(new)
    assert steps > 10
    restored(new)


def _cut_after(steps: int, patch: pytest.MonkeyPatch) -> None:
    """Let the power go before a file is moved, after so many were."""
    left = iter(range(steps))

    def before(move: Callable[..., object]) -> Callable[..., object]:
        def moved(*words: object) -> object:
            if next(left, None) is None:
                raise _CutError
            return move(*words)

        return moved

    patch.setattr("edge.cli.backup.restoring.shutil.move", before(shutil.move))
    patch.setattr(Path, "rename", before(Path.rename))


class _CutError(BaseException):
    """The power is gone."""
